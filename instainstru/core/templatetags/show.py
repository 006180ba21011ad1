"""How pages say money, days and times: the subway's way, in New York time."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from instainstru.core import money
from instainstru.core.time import NEW_YORK

register = template.Library()

# What could end a script element, or begin another, inside its text.
SCRIPT_SAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


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


@register.simple_tag(takes_context=True)
def structured(context: Context, facts: Mapping[str, object]) -> SafeString:
    """A page's facts for search engines: a data block, which no browser runs."""
    text = json.dumps(facts, ensure_ascii=False).translate(SCRIPT_SAFE)
    return format_html(
        '<script type="application/ld+json" nonce="{}">{}</script>',
        context["request"].csp_nonce,
        mark_safe(text),  # noqa: S308  # escaped just above
    )
