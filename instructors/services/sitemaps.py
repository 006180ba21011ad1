"""What search engines are told of: every public page."""

from collections.abc import Iterator
from datetime import datetime

from instainstru.core import policy
from instainstru.core.measure import measure_operation
from instructors.repositories import sitemaps as repository


@measure_operation
def parts() -> list[int]:
    """The parts of the instructors' sitemap, by number; an instructor stays in theirs."""
    return repository.parts(policy.SITEMAP_SIZE)


@measure_operation
def instructors(*, part: int) -> Iterator[tuple[str, datetime]]:
    """The slugs of a part's live instructors, each with the last known change of their page; none for no such part."""
    return repository.pages(part=part, size=policy.SITEMAP_SIZE)
