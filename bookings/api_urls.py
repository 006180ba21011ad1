"""Addresses of the API about lessons."""

from bookings import api
from instainstru.core.urls import api_path

urlpatterns = [
    api_path("bookings/", api.Bookings.as_view(), "api-bookings"),
    api_path("bookings/<reference:reference>/", api.OneBooking.as_view(), "api-booking"),
    api_path("bookings/<reference:reference>/cancel/", api.Cancelling.as_view(), "api-cancel"),
]
