"""Addresses of pages about lessons."""

from django.urls import path

import instainstru.core.urls  # noqa: F401  # registers the converters
from bookings import views

app_name = "bookings"
urlpatterns = [
    path("book/<row:service_id>/", views.confirm, name="confirm"),
    path("lessons/", views.my_lessons, name="lessons"),
    path("lessons/<reference:reference>/", views.lesson, name="lesson"),
    path("lessons/<reference:reference>/booked/", views.booked, name="booked"),
    path("lessons/<reference:reference>/cancel/", views.cancel, name="cancel"),
    path("lessons/<reference:reference>/again/", views.again, name="again"),
    path("lessons/<reference:reference>/lesson.ics", views.calendar_file, name="calendar_file"),
]
