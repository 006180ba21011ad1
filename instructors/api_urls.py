"""Addresses of the API about the supply."""

from instainstru.core.urls import api_path
from instructors.api import catalogue, free_time, hours, offering, profiles, search, setup, time_off, weeks

urlpatterns = [
    api_path("instructors/", profiles.Instructors.as_view(), "api-instructors"),
    api_path("instructors/search", search.Search.as_view(), "api-search"),  # before the slugs: it is none
    api_path("instructors/<slug:slug>/", profiles.Instructor.as_view(), "api-instructor"),
    api_path("instructors/<slug:slug>/free-times", free_time.FreeTimes.as_view(), "api-free-times"),
    api_path("suggest", catalogue.Suggest.as_view(), "api-suggest"),
    api_path("neighborhoods/", catalogue.Neighborhoods.as_view(), "api-neighborhoods"),
    api_path("catalog/", catalogue.Catalog.as_view(), "api-catalog"),
    api_path("me/availability/hours/", hours.WeeklyHours.as_view(), "api-hours"),
    api_path("me/availability/weeks/<day:monday>/", weeks.SingleWeek.as_view(), "api-week"),
    api_path("me/availability/weeks/<day:monday>/copy/", weeks.CopiedWeek.as_view(), "api-week-copy"),
    api_path("me/availability/weeks/<day:monday>/apply/", weeks.AppliedWeek.as_view(), "api-week-apply"),
    api_path("me/instructor-profile/", setup.OwnProfile.as_view(), "api-own-profile"),
    api_path("me/services/", offering.OwnServices.as_view(), "api-own-services"),
    api_path("me/services/<row:id>/", offering.OwnService.as_view(), "api-own-service"),
    api_path("me/time-off/", time_off.TimeOffs.as_view(), "api-time-offs"),
    api_path("me/time-off/<row:id>/", time_off.OneTimeOff.as_view(), "api-time-off"),
]
