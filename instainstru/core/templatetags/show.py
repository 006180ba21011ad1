"""How pages say money, days and times: the subway's way, in New York time."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from django import template

from instainstru.core import money
from instainstru.core.time import NEW_YORK

register = template.Library()


dollars = register.filter("dollars", money.dollars)


@register.filter
def local_date(moment: date) -> date:
    """The date that New York's calendar shows; a plain date stays as it is."""
    return moment.astimezone(NEW_YORK).date() if isinstance(moment, datetime) else moment


@register.filter
def local_start(moment: datetime) -> str:
    """17:30, as an address or an attribute wants it."""
    return f"{moment.astimezone(NEW_YORK):%H:%M}"


@register.filter
def day(moment: date) -> str:
    """Tuesday 5 May."""
    return f"{local_date(moment):%A %-d %B}"


@register.filter
def clock(moment: datetime) -> str:
    """5:30 PM."""
    local = moment.astimezone(NEW_YORK)
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


@register.filter
def when(moment: datetime) -> str:
    """Tuesday 5 May, 5:30 PM."""
    return f"{day(moment)}, {clock(moment)}"


@register.filter
def minutes_label(minutes: int) -> str:
    """60 minutes."""
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"


@register.filter
def by_day(moments: Iterable[datetime]) -> list[tuple[date, list[datetime]]]:
    """Ascending times as days of times."""
    return [(local, list(times)) for local, times in groupby(moments, key=local_date)]
