"""The services of one instructor, as their owner sees and changes them."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import ProtectedError, QuerySet

from instainstru.core.policy import Place
from instructors.models import Service, ServicePlace, Subject


def services_of(instructor_id: int) -> QuerySet[Service]:
    """What an instructor offers or has paused, by subject; with subject, category and places."""
    return (
        Service.objects.filter(instructor=instructor_id, retired_at=None)
        .select_related("subject__subcategory__category")
        .prefetch_related("places")
        .order_by("subject__name", "pk")
    )


def subject_of(slug: str) -> Subject | None:
    """A subject of the catalogue with its category."""
    return Subject.objects.select_related("subcategory__category").filter(slug=slug).first()


def save_service(service: Service) -> None:
    """Insert a service, or keep what changed of it."""
    service.save()


def replace_prices(service: Service, prices: Mapping[Place, int]) -> None:
    """Give a service these places with their hourly prices (cents), and no others."""
    service.places.all().delete()
    ServicePlace.objects.bulk_create(
        [ServicePlace(service=service, place=place, hourly_cents=cents) for place, cents in prices.items()]
    )


def remove_or_retire(service: Service, *, now: datetime) -> None:
    """Delete a service; one that lessons refer to is kept for them, and offered no more."""
    try:
        service.delete()
    except ProtectedError:
        service.active, service.retired_at = False, now
        service.save(update_fields=["active", "retired_at"])
