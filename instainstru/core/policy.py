"""Every number of the product's rules, by name. docs/policies.md is printed from here."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from instainstru.core.time import NEW_YORK, STEP, first_instant, round_up


class Place(TextChoices):
    """Where a lesson is given."""

    STUDENT = "student_place", "At your place"
    INSTRUCTOR = "instructor_place", "At the instructor's place"
    ONLINE = "online", "Online"

    @property
    def travel(self) -> bool:
        """Whether the instructor travels to the lesson."""
        return self is Place.STUDENT

    @property
    def own_label(self) -> str:
        """The same in the words of the instructor."""
        return {"student_place": "At the student’s place", "instructor_place": "At your place"}.get(self, "Online")


class Level(TextChoices):
    """How far a student is."""

    BEGINNER = "beginner", "Beginner"
    INTERMEDIATE = "intermediate", "Intermediate"
    ADVANCED = "advanced", "Advanced"


class Audience(TextChoices):
    """How old a student is, in years."""

    TODDLER = "toddler", "Toddlers (0–4)"
    KIDS = "kids", "Kids (5–12)"
    TEENS = "teens", "Teens (13–17)"
    ADULTS = "adults", "Adults"


# Lengths and steps
STEP_MINUTES = 15
SHORTEST_LESSON_MINUTES = 30
LONGEST_LESSON_MINUTES = 240
DEFAULT_LESSON_MINUTES = 60
USUAL_LENGTHS = (30, 45, 60, 75, 90, 120)

# Notice and horizon
NOTICE_MINUTES = 60
TRAVEL_NOTICE_MINUTES = 180
HORIZON_DAYS = 90
FREE_TIME_KEPT_DAYS = 92  # two days beyond the horizon: the nightly roll may be late
NIGHT_BEGINS = time(20)
NIGHT_ENDS = time(8)
FIRST_START_AFTER_NIGHT = time(9)
FIRST_TRAVEL_START_AFTER_NIGHT = time(11)
TIME_OFF_DAYS_BACK = 366  # how long ago it may have begun
TIME_OFF_DAYS_AHEAD = 3660
DATED_HOURS_DAYS_AHEAD = 366  # how far ahead single weeks can be set
APPLY_DAYS = 365  # the most days that a week is applied to at once

# Padding around a lesson
BUFFER_MINUTES = 15
LARGEST_BUFFER_MINUTES = 120
TRAVEL_MINUTES = 30

# Money
FEE_PERCENT = 12
FLOOR_IN_PERSON_CENTS = 8_000
FLOOR_ONLINE_CENTS = 6_000
CEILING_CENTS = 100_000
COMMISSION_TIERS = ((0, 15), (5, 12), (11, 10))  # from this many lessons in 30 days on: percent
COMMISSION_WINDOW_DAYS = 30
FOUNDING_PERCENT = 8
FOUNDING_INSTRUCTORS = 100

# Cancelling
FULL_REFUND_HOURS = 24
CREDIT_HOURS = 12

# Reminders
REMINDER_HOURS = (24, 1)  # before a lesson's start, each once, to both sides; none if it was booked later than that

# Teaching
COMPLETES_AFTER_MINUTES = 15  # after its end a lesson is completed by itself; by hand from the end on
TAUGHT_A_PAGE = 20
NEXT_LESSONS = 8  # how many the teaching page shows after today

# Calendar feed
FEED_DAYS_BACK = 90
FEED_CANCELLED_DAYS = 30  # how long a cancelled lesson stays in
FEED_REFRESH_MINUTES = 60  # how often calendars are asked to look

# Text
HEADLINE_LENGTH = 120
BIO_LENGTH = 3000
DESCRIPTION_LENGTH = 1000
NOTES_LENGTH = 500
PRIVATE_NOTE_LENGTH = 2000

# Photos
PHOTO_BYTES = 8 * 1024 * 1024
PHOTO_LEAST_SIDE = 300  # pixels, as all of these
PHOTO_MOST_PIXELS = 50_000_000
PHOTO_SIDE = 640
PHOTO_SMALL_SIDE = 160

# Reviews
MOST_STARS = 5
REVIEW_LENGTHS = (3, 500)  # characters
REVIEWS_SHOWN_FROM = 3
RATING_PRIOR_REVIEWS = 5
RATING_PRIOR_STARS = 4.3
REVIEWS_A_PAGE = 10
REASON_LENGTH = 200  # of why staff changed or suspended a profile; the instructor reads it

# People
RESET_LINK_MINUTES = 60  # so long the link to a new password is good
CONFIRMATION_LINK_DAYS = 3  # so long the one that confirms an e-mail is good
CONFIRMATION_LETTER_PAUSE_MINUTES = 3  # between two letters with such a link to one address
TOKEN_DAYS = 90  # of one asked for by password; on the page it is chosen
TOKEN_DAYS_OFFERED = (7, 30, 90)
TOKEN_NAME_LENGTH = 60
TOKENS_EACH = 20  # so many that still open something
TOKENS_SHOWN_DAYS = 30  # so long one that ran out is still listed, then it is removed
SESSION_IDLE_DAYS = 14  # without a visit one is signed out
SESSION_DAYS = 30  # and after this in any case
SHORTEST_PASSWORD = 8
OWN_NAMES = ("instainstru", "insta instru", "insta-instru")  # count for nothing in a password
TRUSTED_DEVICE_DAYS = 30  # so long a device that gave a second factor is not asked for it again
SIGN_IN_PAUSE_SECONDS = 300  # after five wrong passwords for one address
SLOW_OPERATION_MS = 500

# Limits on requests, a minute: of a person who is known, else of an address
READS_A_MINUTE = 600  # all of a minute's may come at once, as of the next three
SEARCHES_A_MINUTE = 240
WRITES_A_MINUTE = 120
FINANCIAL_A_MINUTE = 60  # for payments: nothing is counted here yet
AUTH_A_MINUTE = 10  # tries to sign in, sign up, confirm, or change a way in
AUTH_AT_ONCE = 5
LIMITS_PAUSE_SECONDS = 5  # so long Redis is not asked after it gave no answer
LIMITS_REMEMBERED = 20_000  # people and addresses that a process keeps in mind meanwhile

# History
AUDIT_DAYS = 730  # who changed what; the database removes nothing younger

# Letters
LETTERS_KEPT_DAYS = 90  # after they were delivered or given up
CONFIDENTIAL_LETTERS_KEPT_DAYS = 7  # those with a way in, and those of people who have left

# Lists
PAGE_SIZE = 50
LARGEST_PAGE = 100
NEAREST_TIMES = 3
CARD_TIMES = 4
CARD_LOOKS_AT = 16  # next starts, of which a card shows those that lie apart
AGAIN_WEEKS = 4  # how far "book the same again" looks for the same weekday and time
SEARCH_DAYS = 14  # how far a search without a day looks ahead
RESULTS_A_PAGE = 20
SUGGESTIONS = 8
SUGGESTED_OTHERS = 3  # of these at most, places and instructors each
LONGEST_QUERY = 300  # characters of a text in plain words that are read

# The optional model that is asked about words the grammar does not know
MODEL_BUDGET_MS = 800
MODEL_FAILURES = 3  # in a row, and it is not asked for a while
MODEL_PAUSE_SECONDS = 60
MODEL_ANSWER_BYTES = 20_000  # a longer answer is none
MODEL_KEPT_SECONDS = 600
RECENT_SEARCHES = 5
SITEMAP_SIZE = 5_000
FREE_TIMES_DAYS = 7
LARGEST_FREE_TIMES_DAYS = 31

# Databases
PRIMARY_AFTER_WRITE_SECONDS = 10  # so long whoever changed something reads from the primary, not from a replica

# Search
SEARCH_STATEMENT_MS = 3_000  # a search that takes longer is given up
FACETS_KEPT_SECONDS = 60
RANKED_FIRST = 300  # so many, in the order of the score, are ranked by the whole formula
STRIP_DAYS = 7
MOST_WORDS = 8  # of a search, that are looked up as text
LONGEST_QUESTION = 2_000  # characters of plain words that are taken; LONGEST_QUERY of them are read
PRICE_BANDS_CENTS = (8_000, 10_000, 13_000)  # an hour; changing these or points asks for publish_offers
RATING_BANDS = (4.0, 4.5, 4.8)
PARTS_OF_DAY = (("morning", time(6), time(12)), ("afternoon", time(12), time(17)), ("evening", time(17), time(22)))

# Ranking, in points of 100
POINTS_SOON = 30  # for now, falling to none after SOON_DAYS
SOON_DAYS = 7
POINTS_RATING = 28  # for five stars, falling to none at POINTS_FROM_STARS
POINTS_FROM_STARS = 3
POINTS_NEAR = 15  # in the neighborhood that was asked for
POINTS_IN_BOROUGH = 8  # in the borough that was asked for
POINTS_MATCH = 10  # for words found in name or subject; less further down
POINTS_PRICE = 10  # for a quarter below the highest price that was asked for
POINTS_NEWCOMER = 2  # before there are enough reviews to show a number
POINTS_COMPLETE = 5  # half for a photo, half for a bio of COMPLETE_BIO_LENGTH characters
COMPLETE_BIO_LENGTH = 100

# Worked out from the above
HIGHEST_PRICE_CENTS = CEILING_CENTS * LONGEST_LESSON_MINUTES // 60
LARGEST_PADDING = timedelta(minutes=LARGEST_BUFFER_MINUTES)
LENGTHS = tuple(range(SHORTEST_LESSON_MINUTES, LONGEST_LESSON_MINUTES + 1, STEP_MINUTES))


@dataclass(frozen=True)
class Padding:
    """What a lesson blocks beside itself."""

    before: timedelta
    after: timedelta


def padding(*, travel: bool, buffer_minutes: int) -> Padding:
    """The padding of a lesson, given the instructor's setting in minutes."""
    if travel:
        return Padding(timedelta(minutes=TRAVEL_MINUTES), timedelta(minutes=max(TRAVEL_MINUTES, buffer_minutes)))
    return Padding(timedelta(0), timedelta(minutes=buffer_minutes))


def floor_cents(place: Place) -> int:
    """The lowest hourly rate in cents."""
    return FLOOR_ONLINE_CENTS if place is Place.ONLINE else FLOOR_IN_PERSON_CENTS


def earliest_start(*, travel: bool, guard: bool, now: datetime, zone: ZoneInfo = NEW_YORK) -> datetime:
    """The first UTC instant, on the 15-minute step, at which a lesson may start when booked at `now`.

    Counts the notice and, with the instructor's overnight guard on, the night's first starts.
    """
    earliest = now + timedelta(minutes=TRAVEL_NOTICE_MINUTES if travel else NOTICE_MINUTES)
    local = now.astimezone(zone)
    if guard and (local.time() >= NIGHT_BEGINS or local.time() < NIGHT_ENDS):
        morning = local.date() + timedelta(days=1) if local.time() >= NIGHT_BEGINS else local.date()
        opening = FIRST_TRAVEL_START_AFTER_NIGHT if travel else FIRST_START_AFTER_NIGHT
        earliest = max(earliest, first_instant(morning, opening.hour * 60, zone))
    return round_up(earliest, STEP)


def last_date(*, now: datetime, zone: ZoneInfo = NEW_YORK) -> date:
    """The last local date on which a lesson may be booked at `now`."""
    return now.astimezone(zone).date() + timedelta(days=HORIZON_DAYS)
