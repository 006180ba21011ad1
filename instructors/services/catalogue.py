"""What is offered: subjects, and one instructor's services with place, length and price."""

from django.db.models import QuerySet

from instainstru.core.errors import DomainError, Invalid, NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instructors.models import Category, Neighborhood, Service, ServicePlace, Subject
from instructors.repositories import catalogue as repository


class NotOffered(DomainError):
    """The service is not given at this place, or not at this length, or no more."""

    code, status = "not_offered", 400
    sentence = "This instructor does not offer this place and length."


class NotServed(DomainError):
    """The instructor does not travel to this neighbourhood."""

    code, status = "not_served", 400
    sentence = "The instructor does not travel to this neighborhood."


class OwnLesson(DomainError):
    """An instructor tried to book themselves."""

    code, status, sentence = "own_lesson", 400, "You cannot book a lesson with yourself."


@measure_operation
def teacher_of(*, service_id: int) -> int:
    """The id of the person who offers a service. Raises Invalid, naming the field, when there is no such service."""
    found = repository.teacher_of(service_id)
    if found is None:
        raise Invalid.field("service", "There is no such service.")
    return found


@measure_operation
def shown(*, service_id: int) -> Service:
    """A live instructor's active service, for a page. Raises NotFound."""
    found = repository.shown_service(service_id)
    if found is None:
        raise NotFound
    return found


@measure_operation
def offered(*, service_id: int, place: Place, minutes: int, to: int) -> ServicePlace:
    """The service at a place, its price per hour there, for a student (by id). Raises OwnLesson or NotOffered."""
    found = repository.offered_place(service_id=service_id, place=place)
    if found is not None and found.service.instructor_id == to:
        raise OwnLesson
    if found is None or minutes not in found.service.lengths:
        raise NotOffered
    return found


@measure_operation
def served(*, instructor_id: int, slug: str) -> Neighborhood:
    """A neighbourhood that the instructor travels to. Raises Invalid for an unknown one, NotServed for another."""
    found = repository.served_neighborhood(instructor_id=instructor_id, slug=slug)
    if found is not None:
        return found
    if not repository.is_neighborhood(slug):
        raise Invalid.field("neighborhood", "There is no such neighborhood. Use its slug, such as park-slope.")
    raise NotServed


@measure_operation
def tree() -> list[Category]:
    """All categories with their groups and subjects."""
    return repository.category_tree()


@measure_operation
def neighborhoods() -> QuerySet[Neighborhood]:
    """All neighbourhoods by name, with their borough; lazily."""
    return repository.neighborhoods_by_name()


@measure_operation
def served_by(*, instructor_id: int) -> list[Neighborhood]:
    """The neighbourhoods that an instructor travels to, by name."""
    return repository.neighborhoods_served_by(instructor_id)


@measure_operation
def subject(*, slug: str) -> Subject:
    """A subject of the catalogue. Raises NotFound."""
    found = repository.subject_of(slug)
    if found is None:
        raise NotFound("The catalog has no such subject.")
    return found
