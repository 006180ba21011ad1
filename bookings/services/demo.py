"""Demo people: written through the same services as real ones."""

import random
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from accounts.permissions import Bundle
from accounts.services import people
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instructors.services import catalogue, hours, profiles

PASSWORD = "Lesson-2026!"  # noqa: S105  # printed at every start: it opens demo accounts only

NAMES = (
    "Ana Ruiz", "Marcus Bell", "Mei Tanaka", "Priya Nair", "Daniel Okafor", "Sofia Rossi", "Jamal Wright",
    "Hannah Cohen", "Luis Ortega", "Grace Kim", "Omar Haddad", "Ingrid Larsen", "Terrence Cole", "Yara Mansour",
    "Nikolai Petrov", "Camille Dubois", "Kwame Mensah", "Rosa Delgado", "Ethan Park", "Leila Farahani",
    "Miles Jackson", "Aisha Bello", "Tomas Novak", "Ruth Abrams", "Diego Fuentes", "Naomi Sato", "Patrick Doyle",
    "Zora Freeman", "Ilan Katz", "Beatriz Lima",
)  # fmt: skip

SUBJECTS = (
    "piano", "guitar", "violin", "voice", "drums", "cello", "saxophone", "jazz-piano", "ukulele", "flute", "trumpet",
    "music-theory", "bass-guitar", "songwriting", "clarinet", "viola", "musical-theater-singing", "music-production",
    "dj", "tabla",
)  # fmt: skip

HOMES = (
    "park-slope", "astoria-central", "harlem-south", "williamsburg", "upper-west-side-central", "forest-hills",
    "bay-ridge", "greenwich-village", "riverdale-spuyten-duyvil", "jackson-heights", "crown-heights-north",
    "washington-heights-north", "sunnyside", "greenpoint", "lower-east-side",
)  # fmt: skip

LENGTHS = ((30, 60), (45, 60, 90), (60, 90), (30, 45, 60, 90))
KINDS = (
    (Place.ONLINE,),
    (Place.ONLINE, Place.STUDENT),
    (Place.INSTRUCTOR, Place.ONLINE),
    (Place.STUDENT, Place.INSTRUCTOR, Place.ONLINE),
)

HEADLINES = (
    "Patient {subject} lessons for beginners and returners",
    "{subject} that sounds like you, from the first week",
    "Conservatory training, everyday language: {subject} for all ages",
    "{subject} for busy New Yorkers, at your pace",
    "From first note to first concert: {subject} with a working musician",
)
BIOS = (
    "I have taught {subject} in the city for {years} years, to children, adults and a few brave grandparents.",
    "My students learn {subject} with pieces they chose themselves, and technique that keeps their hands happy.",
    "I play in ensembles across the city and bring what happens on stage into each {subject} lesson.",
    "Lessons are relaxed and exact: we set one goal a week, and you will hear it when you reach it.",
    "Bring a piece, a question or nothing at all; we will make an hour of {subject} of it.",
)
WEEKS: tuple[tuple[tuple[tuple[int, int], ...], ...], ...] = (
    ((((9 * 60), 17 * 60),),) * 5 + ((), ()),
    (((14 * 60, 21 * 60),),) * 5 + (((10 * 60, 16 * 60),), ()),
    (((10 * 60, 13 * 60), (15 * 60, 20 * 60)),) * 4 + ((), ((9 * 60, 14 * 60),), ((9 * 60, 14 * 60),)),
    ((), ((8 * 60, 12 * 60),), ((12 * 60, 22 * 60),), ((8 * 60, 12 * 60),), ((12 * 60, 22 * 60),))
    + (((9 * 60, 18 * 60),),) * 2,
)
ANAS_WEEK = (((9 * 60, 12 * 60), (14 * 60, 21 * 60)),) * 6 + (((10 * 60, 18 * 60),),)


@measure_operation
def fill(*, instructors: int, chosen: random.Random, now: datetime) -> int:
    """Add Sam, Stella and so many instructors, Ana first; answers how many instructors were new."""
    password = make_password(PASSWORD)  # once: the hash is slow on purpose
    with transaction.atomic():
        people.introduce(
            person=_person("Sam Student", "sam@example.com", password), bundles=[Bundle.MEMBER, Bundle.STUDENT]
        )
        stella = _person("Stella Stone", "stella@example.com", password)
        stella.is_staff = True
        people.introduce(person=stella, bundles=[Bundle.MEMBER, Bundle.SUPPORT, Bundle.OPERATIONS])
        return sum(_instructor(number, password, chosen, now=now) for number in range(instructors))


def _person(name: str, email: str, password: str) -> User:
    first, last = name.split(" ", 1)
    return User(email=email, first_name=first, last_name=last, password=password)


def _instructor(number: int, password: str, chosen: random.Random, *, now: datetime) -> bool:
    name = NAMES[number % len(NAMES)] + (f" {number // len(NAMES) + 1}" if number >= len(NAMES) else "")
    years, hourly, home = chosen.randint(3, 25), chosen.randrange(8000, 15000, 500), chosen.choice(HOMES)
    headline, bio = chosen.choice(HEADLINES), " ".join(chosen.sample(BIOS, 2))
    week, served = chosen.choice(WEEKS), chosen.sample(HOMES, 5)
    lengths, kinds = chosen.choice(LENGTHS), chosen.choice(KINDS)
    email = f"{name.lower().replace(' ', '.')}@example.com"
    if number == 0:  # Ana teaches piano everywhere, most of the week
        email, week, lengths, kinds, hourly = "ana@example.com", ANAS_WEEK, LENGTHS[-1], KINDS[-1], 9000
        home, served = "park-slope", ["park-slope", "carroll-gardens-cobble-hill-gowanus-red-hook", "brooklyn-heights"]
    person = _person(name, email, password)
    if not people.introduce(person=person, bundles=[Bundle.MEMBER, Bundle.STUDENT]):
        return False
    subject = catalogue.subject(slug=SUBJECTS[number % len(SUBJECTS)])
    words = {"subject": subject.name, "years": years}
    profile = profiles.begin_to_teach(person=person, headline=headline.format(**words), bio=bio.format(**words))
    profiles.offer(
        profile=profile,
        subject=subject,
        lengths=lengths,
        prices={place: hourly - 2000 if place is Place.ONLINE else hourly for place in kinds},
    )
    profiles.set_places(
        profile=profile,
        served=served if Place.STUDENT in kinds else [],
        own=home if Place.INSTRUCTOR in kinds else None,
    )
    version = hours.read(instructor_id=profile.pk).version
    hours.save(instructor_id=profile.pk, days=week, versions=[version], now=now)
    profiles.go_live(profile=profile, now=now)
    return True
