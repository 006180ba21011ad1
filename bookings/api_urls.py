"""Addresses of the API about lessons."""

from bookings import api
from instainstru.core.urls import api_path

urlpatterns = [
    api_path("bookings/", api.Bookings.as_view(), "api-bookings"),
    api_path("bookings/<reference:reference>/", api.OneBooking.as_view(), "api-booking"),
    api_path("bookings/<reference:reference>/cancel/", api.Cancelling.as_view(), "api-cancel"),
    api_path("bookings/<reference:reference>/complete/", api.Completing.as_view(), "api-complete"),
    api_path("me/lessons/", api.MyLessons.as_view(), "api-my-lessons"),
    api_path("me/earnings/", api.Earnings.as_view(), "api-earnings"),
]
