"""Addresses of the API about the supply."""

from instainstru.core.urls import api_path
from instructors import api

urlpatterns = [
    api_path("instructors/", api.Instructors.as_view(), "api-instructors"),
    api_path("instructors/search", api.Search.as_view(), "api-search"),  # before the slugs: it is none
    api_path("instructors/<slug:slug>/", api.Instructor.as_view(), "api-instructor"),
    api_path("instructors/<slug:slug>/free-times", api.FreeTimes.as_view(), "api-free-times"),
    api_path("suggest", api.Suggest.as_view(), "api-suggest"),
    api_path("neighborhoods/", api.Neighborhoods.as_view(), "api-neighborhoods"),
    api_path("catalog/", api.Catalog.as_view(), "api-catalog"),
    api_path("me/availability/hours/", api.WeeklyHours.as_view(), "api-hours"),
    api_path("me/time-off/", api.TimeOffs.as_view(), "api-time-offs"),
    api_path("me/time-off/<row:id>/", api.OneTimeOff.as_view(), "api-time-off"),
]
