"""Services and their places."""

from django.db import connection
from django.db.models import QuerySet

from instainstru.core.policy import Place
from instructors.models import Borough, Category, Neighborhood, Service, ServicePlace, Subject


def offered_place(*, service_id: int, place: Place) -> ServicePlace | None:
    """A live instructor's active service at one place, with service, subject, instructor and person read along."""
    return (
        ServicePlace.objects.select_related("service__subject", "service__instructor__user")
        .filter(
            service_id=service_id,
            place=place,
            service__active=True,
            service__instructor__live_since__isnull=False,
            service__instructor__user__is_active=True,
        )
        .first()
    )


def served_neighborhood(*, instructor_id: int, slug: str) -> Neighborhood | None:
    """The neighbourhood of this slug, if the instructor travels there."""
    return Neighborhood.objects.filter(slug=slug, instructors=instructor_id).first()


def teacher_of(service_id: int) -> int | None:
    """The id of the person who offers a service."""
    return Service.objects.filter(pk=service_id).values_list("instructor_id", flat=True).first()


def shown_service(service_id: int) -> Service | None:
    """A live instructor's active service with subject, instructor, person and places."""
    return (
        Service.objects.select_related("subject", "instructor__user")
        .prefetch_related("places")
        .filter(pk=service_id, active=True, instructor__live_since__isnull=False, instructor__user__is_active=True)
        .first()
    )


def is_neighborhood(slug: str) -> bool:
    """Whether the city has a neighbourhood of this slug."""
    return Neighborhood.objects.filter(slug=slug).exists()


def category_tree() -> list[Category]:
    """All categories with their groups and subjects."""
    return list(Category.objects.prefetch_related("subcategories__subjects"))


def boroughs_with_neighborhoods() -> list[Borough]:
    """The boroughs by name, each with its neighbourhoods."""
    return list(Borough.objects.prefetch_related("neighborhoods"))


def neighborhoods_by_name() -> QuerySet[Neighborhood]:
    """All neighbourhoods with their borough."""
    return Neighborhood.objects.select_related("borough").order_by("name", "pk")


def neighborhoods_served_by(instructor_id: int) -> list[Neighborhood]:
    """The neighbourhoods that an instructor travels to, by name."""
    return list(Neighborhood.objects.filter(instructors=instructor_id).order_by("name"))


def subject_of(slug: str) -> Subject | None:
    """The subject of a slug."""
    return Subject.objects.filter(slug=slug).first()


def ids_of(*, subject: str, category: str, neighborhood: str, borough: str) -> dict[str, int | None]:
    """The ids behind these slugs, in one statement; None for a slug that is empty or unknown."""
    slugs = {"subject": subject, "category": category, "neighborhood": neighborhood, "borough": borough}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT id FROM instructors_subject WHERE slug = %(subject)s),
                (SELECT id FROM instructors_category WHERE slug = %(category)s),
                (SELECT id FROM instructors_neighborhood WHERE slug = %(neighborhood)s),
                (SELECT id FROM instructors_borough WHERE slug = %(borough)s)
            """,
            slugs,
        )
        return dict(zip(slugs, cursor.fetchone(), strict=True))


def like(words: str, *, limit: int) -> list[tuple[str, str, str]]:
    """Subjects whose name or search words begin with, or resemble, what was typed: (slug, name, category's slug).

    In one statement: what begins so comes first, then what has the same letters in another order (paino), then what
    is most alike (pg_trgm's similarity).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT subject.slug, subject.name, category.slug
            FROM instructors_subject AS subject
            JOIN instructors_subcategory AS grouping_ ON grouping_.id = subject.subcategory_id
            JOIN instructors_category AS category ON category.id = grouping_.category_id
            CROSS JOIN LATERAL (
                SELECT max(
                        CASE WHEN lower(word) LIKE %(prefix)s THEN 2
                            WHEN length(word) = length(%(typed)s) AND %(letters)s = (
                                SELECT string_agg(letter, '' ORDER BY letter COLLATE "C")
                                FROM string_to_table(lower(word), NULL) AS letter
                            ) THEN 1
                            ELSE 0
                        END + similarity(lower(word), %(typed)s)
                    ) AS likeness,
                    bool_or(lower(word) LIKE %(prefix)s OR lower(word) LIKE %(inner)s) AS begins
                FROM unnest(ARRAY[subject.name::text] || subject.search_words::text[]) AS word
            ) AS match
            WHERE match.begins OR match.likeness > 0.35
            ORDER BY (lower(subject.name) LIKE %(prefix)s) DESC, match.likeness DESC, subject.name LIMIT %(limit)s
            """,
            {
                "typed": words.lower(),
                "letters": "".join(sorted(words.lower())),
                "prefix": _escaped(words.lower()) + "%",
                "inner": "% " + _escaped(words.lower()) + "%",
                "limit": limit,
            },
        )
        return list(cursor.fetchall())


def _escaped(text: str) -> str:
    """Text in which LIKE finds itself only."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
