"""What is taught in the city and where, for people who look around: names from the catalogue, counts from offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instructors.models import Category
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
    """How many teach something in person in a borough."""

    slug: str
    name: str
    instructors: int


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
        """All its subjects, those that most teach first."""
        lines = [line for group in self.groups for line in group.subjects]
        return sorted(lines, key=lambda line: (-line.instructors, line.name))


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
    by_borough: dict[str, list[BoroughCount]]  # by the slug of a category or, with it before, of a subject

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


def _directory() -> Directory:
    counted = {(tally.category_id, tally.subject_id, tally.borough_id): tally for tally in repository.tallies()}
    tree, boroughs = catalogue_repository.category_tree(), catalogue_repository.boroughs_with_neighborhoods()
    nobody = Tally(None, None, None, 0, 0)

    def of_category(category: Category) -> CategoryLine:
        groups = [
            Group(
                group.name,
                [
                    SubjectLine(subject.slug, subject.name, tally.instructors, tally.from_cents)
                    for subject in group.subjects.all()
                    for tally in [counted.get((category.pk, subject.pk, None), nobody)]
                ],
            )
            for group in category.subcategories.all()
        ]
        everybody = counted.get((category.pk, None, None), nobody).instructors
        return CategoryLine(category.slug, category.name, category.bullet, category.colour, everybody, groups)

    slugs = {(one.pk, None): one.slug for one in tree} | {
        (one.pk, subject.pk): subject.slug
        for one in tree
        for group in one.subcategories.all()
        for subject in group.subjects.all()
    }
    return Directory(
        instructors=counted.get((None, None, None), nobody).instructors,
        categories=[of_category(one) for one in tree],
        boroughs=[
            BoroughLine(one.slug, one.name, [AreaLine(area.slug, area.name) for area in one.neighborhoods.all()])
            for one in boroughs
        ],
        by_borough={
            slug: [
                BoroughCount(borough.slug, borough.name, tally.instructors)
                for borough in boroughs
                if (tally := counted.get((*ids, borough.pk)))
            ]
            for ids, slug in slugs.items()
        },
    )
