"""Leaving, where teaching is concerned: the profile and all that it says go; what lessons and reviews need stays."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.services.leaving import ClosingStep, Consequence, told
from instructors.models import DatedHours, InstructorProfile, Review, Service, WeeklyHours
from instructors.repositories import calendar as calendar_repository
from instructors.repositories import leaving as repository
from instructors.repositories import offering
from instructors.services import calendar, favorites, offers, photos, setup
from instructors.services.kept import changed


class Closing(ClosingStep):
    """The profile leaves the site and is emptied; services go, but those that lessons were booked of stay for them."""

    def announced(self, *, person_id: int, now: datetime, holding: bool) -> list[Consequence]:
        """That a live page goes."""
        profile = repository.profile_of(person_id)
        if profile is None or profile.live_since is None:
            return []
        return [Consequence("Your page as an instructor", "It leaves the site and search at once, with its reviews.")]

    def carry_out(self, *, person: User, on_behalf: bool, now: datetime) -> None:
        """Take them off the site and all lists, and erase."""
        _give_up_time(person.pk)
        for owner in repository.forget_favorites(person.pk):
            changed(favorites.list_of(owner))
        profile = repository.profile_of(person.pk)
        if profile is not None:
            _erase(profile, now=now)


def _give_up_time(person_id: int) -> None:
    calendar.lock(person_ids=[person_id], also_closed=True)
    repository.forget_time(person_id)
    calendar_repository.lay_time_off(instructor_id=person_id)


def _erase(profile: InstructorProfile, *, now: datetime) -> None:
    repository.empty_profile(profile, slug=setup.free_slug(f"former-{profile.pk}"))
    photos.remove(instructor_id=profile.pk)
    for service in offering.services_of(profile.pk):
        offering.remove_or_retire(service, now=now)
    repository.empty_services(profile.pk)
    offers.publish(instructor_ids=[profile.pk])


def exported(*, person: User) -> dict[str, Any]:
    """The teaching side of a person, their list, and the reviews that they wrote and got."""
    profile = repository.profile_of(person.pk)
    reviews = repository.reviews_of(person.pk)
    return {
        "profile": _profile(profile) if profile else None,
        "services": [_service(one) for one in repository.services_of(person.pk)],
        "hours": [_weekly(one) for one in profile.weekly_hours.all()] if profile else [],
        "dated_hours": [_dated(one) for one in profile.dated_hours.all()] if profile else [],
        "time_off": [
            {"starts_at": told(one.span.start), "ends_at": told(one.span.end), "reason": one.reason}
            for one in repository.time_off_of(person.pk)
        ],
        "favorites": [
            {"instructor": one.instructor.user.public_name, "since": told(one.created_at)}
            for one in repository.favorites_of(person.pk)
        ],
        "reviews_written": [
            {**_review(one), "instructor": one.instructor.user.public_name}
            for one in reviews
            if one.student_id == person.pk
        ],
        "reviews_received": [
            {**_review(one), "student": one.student.public_name} for one in reviews if one.instructor_id == person.pk
        ],
    }


def _profile(profile: InstructorProfile) -> dict[str, Any]:
    own, photo = profile.place_neighborhood, profile.portrait
    return {
        "slug": profile.slug,
        "headline": profile.headline,
        "bio": profile.bio,
        "photo": settings.SITE_ADDRESS + reverse("instructors:photo", args=[photo.large]) if photo else None,
        "neighborhoods": [area.slug for area in profile.neighborhoods.all()],
        "place_neighborhood": own.slug if own else None,
        "buffer_minutes": profile.buffer_minutes,
        "overnight_guard": profile.overnight_guard,
        "live_since": told(profile.live_since),
        "founding": profile.founding,
        "verified_at": told(profile.verified_at),
        "suspended_at": told(profile.suspended_at),
        "suspended_because": profile.suspended_because,
        "rating": profile.rating,
        "reviews": profile.reviews_count,
    }


def _service(service: Service) -> dict[str, Any]:
    return {
        "subject": service.subject.slug,
        "name": service.name,
        "description": service.description,
        "lengths": service.lengths,
        "levels": service.levels,
        "ages": service.ages,
        "active": service.active,
        "retired_at": told(service.retired_at),
        "places": [{"place": one.place, "hourly_cents": one.hourly_cents} for one in service.places.all()],
    }


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _weekly(hours: WeeklyHours) -> dict[str, Any]:
    return {"weekday": hours.weekday, "opens": _clock(hours.opens), "closes": _clock(hours.closes)}


def _dated(hours: DatedHours) -> dict[str, Any]:
    return {"date": hours.day.isoformat(), "opens": _clock(hours.opens), "closes": _clock(hours.closes)}


def _review(review: Review) -> dict[str, Any]:
    return {
        "lesson": review.lesson_reference,
        "stars": review.stars,
        "text": review.text,
        "written_at": told(review.created_at),
        "hidden_at": told(review.hidden_at),
    }
