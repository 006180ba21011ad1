"""Addresses of pages about the supply."""

from django.urls import path

import instainstru.core.urls  # noqa: F401  # registers the converter `row`
from instructors.views import browse, hours, profile, search, time_off

app_name = "instructors"
urlpatterns = [
    path("", browse.home, name="home"),
    path("instructors/", search.results, name="list"),
    path("instructors/<slug:slug>/", profile.detail, name="detail"),
    path("suggest", search.suggest, name="suggest"),
    path("subjects/", browse.subjects, name="subjects"),
    path("subjects/<slug:category>/", browse.category, name="category"),
    path("subjects/<slug:category>/<slug:subject>/", browse.subject, name="subject"),
    path("teaching/hours/", hours.weekly_hours, name="hours"),
    path("teaching/time-off/", time_off.time_off_page, name="time_off"),
    path("teaching/time-off/<row:time_off_id>/delete/", time_off.delete_time_off, name="delete_time_off"),
]
