"""Pages to arrive at: one for each subject and borough where somebody teaches it in person."""

from dataclasses import dataclass

from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instructors.services import browse
from instructors.services.browse import BoroughCount, CategoryLine, SubjectLine


@dataclass(frozen=True)
class Landing:
    """A subject in a borough: who teaches it there, it elsewhere, and what else is taught there."""

    subject: SubjectLine
    category: CategoryLine
    here: BoroughCount
    elsewhere: list[BoroughCount]
    neighbors: list[tuple[SubjectLine, int]]  # subjects of the category, with how many teach them here; most first


@measure_operation
def of(*, category: str, subject: str, borough: str) -> Landing:
    """What the page of a subject in a borough shows, from what is kept. Raises NotFound where nobody teaches it."""
    line, parent = browse.subject(slug=subject, category=category)
    counted = browse.in_boroughs()
    boroughs = counted.get((category, subject), [])
    here = next((one for one in boroughs if one.slug == borough), None)
    if here is None:
        raise NotFound(f"Nobody teaches {line.name} there in person.")
    there = [
        (other, one.instructors)
        for other in parent.subjects
        if other is not line
        for one in counted.get((category, other.slug), [])
        if one.slug == borough
    ]
    elsewhere = [one for one in boroughs if one is not here]
    return Landing(line, parent, here, elsewhere, sorted(there, key=lambda pair: -pair[1]))


@measure_operation
def everywhere() -> list[tuple[str, str, str]]:
    """Category, subject and borough of each such page, by slug."""
    return [
        (category, subject, one.slug)
        for (category, subject), boroughs in browse.in_boroughs().items()
        if subject
        for one in boroughs
    ]
