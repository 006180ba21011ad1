"""What is taught in the city and where, for people who look around: names from the catalogue, counts from offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instructors.models import Category, Subject
from instructors.repositories import browse as repository
from instructors.repositories import catalogue as catalogue_repository
from instructors.repositories.browse import Tally
from instructors.services.kept import Part, kept


@dataclass(frozen=True)
class SubjectLine:
    """A subject, with how many live instructors teach it, and from which price per hour."""

    slug: str
    name: str
    instructors: int
    from_cents: int


@dataclass(frozen=True)
class Group:
    """Subjects that belong together, such as Bowed Strings."""

    name: str
    subjects: list[SubjectLine]


@dataclass(frozen=True)
class BoroughCount:
    """How many teach something in person in a borough, from which price per hour there to which."""

    slug: str
    name: str
    instructors: int
    from_cents: int
    to_cents: int


@dataclass(frozen=True)
class CategoryLine:
    """A category with its bullet and its groups."""

    slug: str
    name: str
    bullet: str
    colour: str
    instructors: int
    groups: list[Group]

    @property
    def subjects(self) -> list[SubjectLine]:
        """All its subjects by name."""
        return sorted((line for group in self.groups for line in group.subjects), key=lambda line: line.name)

    @property
    def most_taught(self) -> list[SubjectLine]:
        """Those of its subjects that somebody teaches, what most teach first."""
        return sorted((line for line in self.subjects if line.instructors), key=lambda line: -line.instructors)


@dataclass(frozen=True)
class AreaLine:
    """A neighbourhood by name."""

    slug: str
    name: str


@dataclass(frozen=True)
class BoroughLine:
    """A borough with its neighbourhoods."""

    slug: str
    name: str
    neighborhoods: list[AreaLine]


@dataclass(frozen=True)
class Directory:
    """All that can be looked for, by name."""

    instructors: int
    categories: list[CategoryLine]
    boroughs: list[BoroughLine]

    @cached_property
    def subjects(self) -> dict[str, tuple[SubjectLine, CategoryLine]]:
        """Each subject with its category, by the subject's slug."""
        return {line.slug: (line, category) for line, category in self._lines()}

    def subject_named(self, name: str) -> SubjectLine | None:
        """The subject of exactly this name, in small letters or capitals."""
        wanted = " ".join(name.split()).casefold()
        return next((line for line, _ in self._lines() if line.name.casefold() == wanted), None)

    @cached_property
    def areas(self) -> dict[str, str]:
        """The names of all boroughs and neighbourhoods, by slug."""
        inner = {area.slug: area.name for borough in self.boroughs for area in borough.neighborhoods}
        return inner | {borough.slug: borough.name for borough in self.boroughs}

    def _lines(self) -> Iterator[tuple[SubjectLine, CategoryLine]]:
        return (
            (line, category) for category in self.categories for group in category.groups for line in group.subjects
        )


@measure_operation
def directory() -> Directory:
    """Categories with their subjects and boroughs with their neighbourhoods: kept until one of them changes."""
    return kept("directory", Part.CATALOGUE, Part.OFFERS, work_out=_directory)


@measure_operation
def category(*, slug: str) -> CategoryLine:
    """One category. Raises NotFound."""
    found = next((one for one in directory().categories if one.slug == slug), None)
    if found is None:
        raise NotFound("The catalog has no such category.")
    return found


@measure_operation
def subject(*, slug: str, category: str) -> tuple[SubjectLine, CategoryLine]:
    """One subject of a category, with it. Raises NotFound."""
    found = directory().subjects.get(slug)
    if found is None or found[1].slug != category:
        raise NotFound("The catalog has no such subject.")
    return found


@measure_operation
def by_borough(*, category: str, subject: str = "") -> list[BoroughCount]:
    """How many teach a category, or one subject of it, in person in each borough where somebody does."""
    return in_boroughs().get((category, subject), [])


@measure_operation
def in_boroughs() -> dict[tuple[str, str], list[BoroughCount]]:
    """The same for each category (its slug and nothing) and subject (its category's slug and its own)."""
    return kept("in-boroughs", Part.CATALOGUE, Part.OFFERS, work_out=_in_boroughs)


NOBODY = Tally(None, None, None, 0, 0, 0)
Ids = tuple[int | None, int | None, int | None]  # category, subject, borough


def _counted() -> dict[Ids, Tally]:
    return {(tally.category_id, tally.subject_id, tally.borough_id): tally for tally in repository.tallies()}


def _directory() -> Directory:
    counted = _counted()
    return Directory(
        instructors=counted.get((None, None, None), NOBODY).instructors,
        categories=[_category_line(one, counted) for one in catalogue_repository.category_tree()],
        boroughs=[
            BoroughLine(one.slug, one.name, [AreaLine(area.slug, area.name) for area in one.neighborhoods.all()])
            for one in catalogue_repository.boroughs_with_neighborhoods()
        ],
    )


def _category_line(category: Category, counted: dict[Ids, Tally]) -> CategoryLine:
    def line(subject: Subject) -> SubjectLine:
        tally = counted.get((category.pk, subject.pk, None), NOBODY)
        return SubjectLine(subject.slug, subject.name, tally.instructors, tally.from_cents)

    return CategoryLine(
        slug=category.slug,
        name=category.name,
        bullet=category.bullet,
        colour=category.colour,
        instructors=counted.get((category.pk, None, None), NOBODY).instructors,
        groups=[
            Group(group.name, [line(subject) for subject in group.subjects.all()])
            for group in category.subcategories.all()
        ],
    )


def _in_boroughs() -> dict[tuple[str, str], list[BoroughCount]]:
    counted, boroughs = _counted(), catalogue_repository.boroughs_with_neighborhoods()

    def counts(category: Category, subject: Subject | None = None) -> list[BoroughCount]:
        tallies = ((one, counted.get((category.pk, subject.pk if subject else None, one.pk))) for one in boroughs)
        return [
            BoroughCount(one.slug, one.name, tally.instructors, tally.from_cents, tally.to_cents)
            for one, tally in tallies
            if tally
        ]

    found = {}
    for category in catalogue_repository.category_tree():
        found[category.slug, ""] = counts(category)
        for group in category.subcategories.all():
            found |= {(category.slug, subject.slug): counts(category, subject) for subject in group.subjects.all()}
    return found
