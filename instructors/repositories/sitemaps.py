"""Live profiles as sitemaps list them: by ranges of their key, so that each stays in its part."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Max, Q
from django.db.models.functions import Greatest

from instructors.models import InstructorProfile


def parts(size: int) -> list[int]:
    """The ranges of so many keys, by number, in which there is a live profile."""
    numbered = InstructorProfile.objects.live().order_by().values_list(F("pk") / size, flat=True)
    return sorted(numbered.distinct())


def pages(*, part: int, size: int) -> Iterator[tuple[str, datetime]]:
    """Slug and last known change of each live profile of a range, by key, in one statement and read bit by bit."""
    inside = InstructorProfile.objects.live().filter(pk__gte=part * size, pk__lt=(part + 1) * size).order_by("pk")
    reviewed = Max("reviews__created_at", filter=Q(reviews__hidden_at=None))
    changed = Greatest("live_since", reviewed)  # the later one of those that are known
    return inside.annotate(changed=changed).values_list("slug", "changed").iterator()
