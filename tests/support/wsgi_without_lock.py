"""The site with its calendars' lock taken away: what a test races against, to show that its races can be lost."""

from collections.abc import Sequence

from django.db import connection

from instainstru.wsgi import application
from instructors.repositories import calendar

__all__ = ["application"]


def _only_a_timeout(person_ids: Sequence[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{calendar.LOCK_TIMEOUT}'")
    return False


calendar.lock_calendars = _only_a_timeout
