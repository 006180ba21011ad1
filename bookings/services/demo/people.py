"""The city's people, each made from a number and the seed."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from accounts.permissions import Bundle
from bookings.services.demo import supply, weeks
from bookings.services.demo.material import draws, words
from bookings.services.demo.names import name_of
from bookings.services.demo.places import Area, City
from bookings.services.demo.supply import Offered
from bookings.services.demo.topics import Topic, Topics
from bookings.services.demo.voices import Bios, Voice, headline
from bookings.services.demo.weeks import Off, Week
from instainstru.core import policy
from instainstru.core.policy import Place
from instainstru.core.time import midnight

ANA, SAM, STELLA = "ana@example.com", "sam@example.com", "stella@example.com"
BUFFERS = (0, 10, 15, 15, 15, 15, 20, 30, 45, 60)
# How many students come again and again, and in how many of a hundred instructors that is so
REGULARS = {0: 5, 2: 10, 4: 28, 7: 30, 10: 19, 14: 8}
MEMBER = (Bundle.MEMBER, Bundle.STUDENT)
DAYS_BETWEEN_FOUNDERS = 3
FIRST_FOUNDER_DAYS = 720
NEWCOMERS = 0.15
VERIFIED = 0.6  # of all who teach
PAST_DAYS = 91  # since when there are lessons, unless a longer past is asked for


@dataclass
class Resident:
    """Somebody of the city; their id is known when the rows are written."""

    user: User
    home: Area
    bundles: tuple[Bundle, ...] = MEMBER


@dataclass(kw_only=True)
class Teacher(Resident):
    """Somebody who teaches; the slug too is given when the rows are written."""

    headline: str
    bio: str
    years: int
    live_since: datetime
    regulars: int
    offered: tuple[Offered, ...] = ()
    served: tuple[Area, ...] = ()
    week: Week = field(default_factory=lambda: Week({}, {}))
    off: tuple[Off, ...] = ()
    buffer_minutes: int = policy.BUFFER_MINUTES
    guard: bool = True
    slug: str = ""
    founding: bool = False
    verified_at: datetime | None = None

    @property
    def teaches_at_home(self) -> bool:
        """Whether any of the services is given at their own place."""
        return any(Place.INSTRUCTOR in offered.prices for offered in self.offered)


class Population:
    """Makes the people of one seed, with one password and as of one day. Instructors are made in their order."""

    def __init__(
        self, *, seed: int, today: date, password: str, city: City, topics: Topics, past_days: int = PAST_DAYS
    ) -> None:
        self._seed, self._today, self._password, self._longer = seed, today, password, past_days - PAST_DAYS
        self._city, self._topics, self._bios = city, topics, Bios()

    def _days_ago(self, days: int, *, hour: int = 12) -> datetime:
        return midnight(self._today - timedelta(days=days)) + timedelta(hours=hour)

    def _user(self, first: str, last: str, email: str, *, joined: datetime, staff: bool = False) -> User:
        return User(
            first_name=first, last_name=last, email=email, password=self._password, is_staff=staff, date_joined=joined
        )

    def known_by_heart(self) -> list[Resident]:
        """Sam, who studies with Ana, and Stella, who is staff."""
        joined, home = self._days_ago(200), self._city.by_slug["park-slope"]
        return [
            Resident(self._user("Sam", "Student", SAM, joined=joined), home),
            Resident(
                self._user("Stella", "Stone", STELLA, joined=joined, staff=True),
                home,
                (Bundle.MEMBER, Bundle.SUPPORT, Bundle.OPERATIONS),
            ),
        ]

    def student(self, number: int) -> Resident:
        """Somebody who takes lessons."""
        chosen = draws(self._seed, "student", number)
        name = name_of(2 * number + 1, seed=self._seed)
        joined = self._days_ago(chosen.randrange(95, 500) + self._longer, hour=chosen.randrange(8, 22))
        return Resident(self._user(name.first, name.last, name.email, joined=joined), self._city.home(chosen))

    def teacher(self, number: int) -> Teacher:
        """Somebody who teaches; the first is Ana."""
        chosen = draws(self._seed, "instructor", number)
        ana = number == 0
        name = name_of(2 * number, seed=self._seed)
        first, last, email = ("Ana", "Ruiz", ANA) if ana else (name.first, name.last, name.email)
        topic = self._topics.by_slug["piano"] if ana else self._topics.first(chosen)
        home = self._city.by_slug["park-slope"] if ana else self._city.home(chosen)
        years = supply.experience(chosen)
        voice = Voice(topic, chosen=chosen, name=first, years=years, home=home)
        live_since = self._went_live(number)
        person = Teacher(
            user=self._user(first, last, email, joined=live_since - timedelta(days=chosen.randrange(1, 9))),
            home=home,
            bundles=(*MEMBER, Bundle.INSTRUCTOR),
            headline=headline(topic.category, voice, chosen),
            bio=" ".join(voice.say(frame) for frame in self._bios.frames(topic.category, chosen)),
            years=years,
            live_since=live_since,
            regulars=chosen.choices(list(REGULARS), list(REGULARS.values()))[0],
            verified_at=live_since if ana or draws(self._seed, "verified", number).random() < VERIFIED else None,
        )
        self._settle_ana(person, topic, voice) if ana else self._settle(person, topic, voice, number)
        return person

    def _went_live(self, number: int) -> datetime:
        """The founders one after the other, then whoever came."""
        chosen = draws(self._seed, "live", number)
        if number < policy.FOUNDING_INSTRUCTORS:
            days = FIRST_FOUNDER_DAYS - DAYS_BETWEEN_FOUNDERS * number + self._longer
        else:
            newcomer = chosen.random() < NEWCOMERS
            days = chosen.randrange(2, 60) if newcomer else chosen.randrange(95, 400) + self._longer
        return self._days_ago(days, hour=chosen.randrange(8, 21))

    def _settle_ana(self, ana: Teacher, piano: Topic, voice: Voice) -> None:
        slugs = ("park-slope", "carroll-gardens-cobble-hill-gowanus-red-hook", "brooklyn-heights")
        ana.served = tuple(self._city.by_slug[slug] for slug in slugs)
        ana.week = Week(weeks.ANAS_WEEK, {})
        ana.regulars = 3
        prices = {Place.STUDENT: 9_000, Place.INSTRUCTOR: 9_000, Place.ONLINE: 7_000}
        ana.offered = (Offered(piano, (30, 45, 60, 90), prices, voice.say(words("description")[0])),)

    def _settle(self, person: Teacher, topic: Topic, voice: Voice, number: int) -> None:
        chosen = draws(self._seed, "settled", number)
        topics = [topic, *self._topics.others(topic, chosen.choice((0, 0, 1, 1, 1, 2, 2, 3)), chosen)]
        wanted = chosen.choice(supply.PLACES)
        person.offered = tuple(
            Offered(
                one,
                chosen.choice(supply.LENGTHS),
                supply.prices(one, supply.places_for(one, wanted), home=person.home, years=person.years, chosen=chosen),
                self._describe(one, person, chosen),
                draws(self._seed, "levels", f"{number}:{one.slug}").choice(supply.LEVELS),
            )
            for one in topics
        )
        travels = any(Place.STUDENT in offered.prices for offered in person.offered)
        person.served = tuple(self._city.around(person.home, chosen.randrange(3, 10))) if travels else ()
        person.week = weeks.week(self._today, chosen)
        person.off = tuple(weeks.time_off(self._today, chosen))
        person.buffer_minutes = chosen.choice(BUFFERS)
        person.guard = chosen.random() < 0.8

    def _describe(self, topic: Topic, person: Teacher, chosen: random.Random) -> str:
        voice = Voice(topic, chosen=chosen, name=person.user.first_name, years=person.years, home=person.home)
        return voice.say(chosen.choice(words("description")))
