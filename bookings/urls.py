"""Addresses of pages about lessons."""

from django.urls import path

import instainstru.core.urls  # noqa: F401  # registers the converters
from bookings.views import calendar, confirm, earnings, feed, lessons, teaching

app_name = "bookings"
urlpatterns = [
    path("book/<row:service_id>/", confirm.confirm, name="confirm"),
    path("lessons/", lessons.my_lessons, name="lessons"),
    path("lessons/feed/", feed.manage, name="feed"),  # before the references: it is none
    path("lessons/feed/renew/", feed.renew, name="renew_feed"),
    path("lessons/feed/revoke/", feed.revoke, name="revoke_feed"),
    path("lessons/<reference:reference>/", lessons.lesson, name="lesson"),
    path("lessons/<reference:reference>/booked/", confirm.booked, name="booked"),
    path("lessons/<reference:reference>/cancel/", lessons.cancel, name="cancel"),
    path("lessons/<reference:reference>/again/", confirm.again, name="again"),
    path("lessons/<reference:reference>/complete/", teaching.complete, name="complete"),
    path("lessons/<reference:reference>/note/", teaching.note, name="note"),
    path("lessons/<reference:reference>/lesson.ics", lessons.calendar_file, name="calendar_file"),
    path("calendar/<uuid:number>-<slug:secret>.ics", feed.calendar_feed, name="calendar_feed"),
    path("teaching/", teaching.today, name="teaching"),
    path("teaching/calendar/", calendar.teaching_calendar, name="teaching_calendar"),
    path("teaching/past/", teaching.past, name="teaching_past"),
    path("teaching/earnings/", earnings.earnings_page, name="earnings"),
    path("teaching/earnings/<str:month>.csv", earnings.earnings_csv, name="earnings_csv"),
]
