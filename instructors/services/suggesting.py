"""What somebody who is typing may mean: subjects, places, instructors."""

from dataclasses import dataclass

from instainstru.core import policy
from instainstru.core.measure import measure_operation
from instructors.repositories import suggesting as repository


@dataclass(frozen=True)
class Suggestion:
    """A subject, a place or an instructor; of a subject also the category whose colour it has."""

    kind: str
    slug: str
    name: str
    category: str | None


@measure_operation
def suggest(*, typed: str) -> list[Suggestion]:
    """What typed letters begin, or resemble, most likely first; none for nothing typed. One statement."""
    words = " ".join(typed.split())
    found = repository.like(words, limit=policy.SUGGESTIONS, others=policy.SUGGESTED_OTHERS) if words else []
    return [Suggestion(*row) for row in found]
