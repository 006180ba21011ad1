"""Services and their places."""

from django.db.models import QuerySet

from instainstru.core.policy import Place
from instainstru.core.replica import connection_to_read
from instructors.models import Borough, Category, Neighborhood, Service, ServicePlace, Subject
from instructors.models.profiles import live


def offered_place(*, service_id: int, place: Place) -> ServicePlace | None:
    """A live instructor's active service at one place, with service, subject, instructor and person read along."""
    return (
        ServicePlace.objects.select_related("service__subject", "service__instructor__user")
        .filter(
            live("service__instructor__"),
            service_id=service_id,
            place=place,
            service__active=True,
        )
        .first()
    )


def served_neighborhood(*, instructor_id: int, slug: str) -> Neighborhood | None:
    """The neighbourhood of this slug, if the instructor travels there."""
    return Neighborhood.objects.filter(slug=slug, instructors=instructor_id).first()


def teacher_of(service_id: int) -> int | None:
    """The id of the person who offers a service, whose account is open."""
    offered = Service.objects.filter(pk=service_id, instructor__user__closed_at=None)
    return offered.values_list("instructor_id", flat=True).first()


def shown_service(service_id: int) -> Service | None:
    """A live instructor's active service with subject, instructor, person and places."""
    return (
        Service.objects.select_related("subject", "instructor__user")
        .prefetch_related("places")
        .filter(live("instructor__"), pk=service_id, active=True)
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


def all_ids() -> dict[str, dict[str, int]]:
    """The ids behind the slugs of subjects, categories, neighbourhoods and boroughs, in one statement."""
    with connection_to_read().cursor() as cursor:
        cursor.execute(
            """
            SELECT 'subject', slug, id FROM instructors_subject UNION ALL
            SELECT 'category', slug, id FROM instructors_category UNION ALL
            SELECT 'neighborhood', slug, id FROM instructors_neighborhood UNION ALL
            SELECT 'borough', slug, id FROM instructors_borough
            """
        )
        found: dict[str, dict[str, int]] = {"subject": {}, "category": {}, "neighborhood": {}, "borough": {}}
        for kind, slug, number in cursor.fetchall():
            found[kind][slug] = number
        return found
