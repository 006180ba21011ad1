"""Services and their places."""

from instainstru.core.policy import Place
from instructors.models import Neighborhood, ServicePlace


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
