"""Addresses of pages about the supply."""

from django.urls import path

import instainstru.core.urls  # noqa: F401  # registers the converter `row`
from instructors import views

app_name = "instructors"
urlpatterns = [
    path("", views.listing, name="list"),
    path("instructors/<slug:slug>/", views.detail, name="detail"),
    path("teaching/hours/", views.weekly_hours, name="hours"),
    path("teaching/time-off/", views.time_off_page, name="time_off"),
    path("teaching/time-off/<row:time_off_id>/delete/", views.delete_time_off, name="delete_time_off"),
]
