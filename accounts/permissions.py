"""The names of what people may do, and the bundles in which they get them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models


class PermissionName(models.TextChoices):
    """Every permission of the product. They hang on the user model; groups only bundle them."""

    MANAGE_OWN_PROFILE = "manage_own_profile"
    VIEW_OWN_BOOKINGS = "view_own_bookings"
    CHANGE_OWN_PASSWORD = "change_own_password"  # noqa: S105
    DELETE_OWN_ACCOUNT = "delete_own_account"
    MANAGE_OWN_API_TOKENS = "manage_own_api_tokens"

    CREATE_BOOKINGS = "create_bookings"
    CANCEL_OWN_BOOKINGS = "cancel_own_bookings"
    RESCHEDULE_OWN_BOOKINGS = "reschedule_own_bookings"
    VIEW_BOOKING_DETAILS = "view_booking_details"
    WRITE_REVIEWS = "write_reviews"
    SEND_MESSAGES = "send_messages"

    MANAGE_INSTRUCTOR_PROFILE = "manage_instructor_profile"
    MANAGE_SERVICES = "manage_services"
    MANAGE_AVAILABILITY = "manage_availability"
    VIEW_INCOMING_BOOKINGS = "view_incoming_bookings"
    COMPLETE_BOOKINGS = "complete_bookings"
    CANCEL_STUDENT_BOOKINGS = "cancel_student_bookings"
    REPLY_TO_REVIEWS = "reply_to_reviews"
    VIEW_OWN_INSTRUCTOR_ANALYTICS = "view_own_instructor_analytics"

    VIEW_ALL_USERS = "view_all_users"
    VIEW_ALL_BOOKINGS = "view_all_bookings"
    MANAGE_ALL_BOOKINGS = "manage_all_bookings"
    MODERATE_CONTENT = "moderate_content"
    VERIFY_INSTRUCTORS = "verify_instructors"

    ACCESS_MONITORING = "access_monitoring"
    VIEW_SYSTEM_ANALYTICS = "view_system_analytics"
    EXPORT_ANALYTICS = "export_analytics"
    MANAGE_USERS = "manage_users"
    MANAGE_ROLES = "manage_roles"
    VIEW_FINANCIALS = "view_financials"
    MANAGE_FINANCIALS = "manage_financials"


class Scope(models.TextChoices):
    """How much of what a person may do one of their API tokens may do for them."""

    READ = "read", "Read"
    BOOK = "book", "Book and cancel lessons"
    TEACH = "teach", "Profile, services, hours and lessons taught"


class Bundle(models.TextChoices):
    """The groups. Everyone who signs up gets MEMBER and STUDENT; setting up to teach adds INSTRUCTOR."""

    MEMBER = "member"
    STUDENT = "student"
    INSTRUCTOR = "instructor"
    SUPPORT = "support"
    OPERATIONS = "operations"


_P = PermissionName
BUNDLES: dict[Bundle, frozenset[PermissionName]] = {
    Bundle.MEMBER: frozenset(
        {
            _P.MANAGE_OWN_PROFILE,
            _P.VIEW_OWN_BOOKINGS,
            _P.CHANGE_OWN_PASSWORD,
            _P.DELETE_OWN_ACCOUNT,
            _P.MANAGE_OWN_API_TOKENS,
        }
    ),
    Bundle.STUDENT: frozenset(
        {
            _P.CREATE_BOOKINGS,
            _P.CANCEL_OWN_BOOKINGS,
            _P.RESCHEDULE_OWN_BOOKINGS,
            _P.VIEW_BOOKING_DETAILS,
            _P.WRITE_REVIEWS,
            _P.SEND_MESSAGES,
        }
    ),
    Bundle.INSTRUCTOR: frozenset(
        {
            _P.MANAGE_INSTRUCTOR_PROFILE,
            _P.MANAGE_SERVICES,
            _P.MANAGE_AVAILABILITY,
            _P.VIEW_INCOMING_BOOKINGS,
            _P.COMPLETE_BOOKINGS,
            _P.CANCEL_STUDENT_BOOKINGS,
            _P.REPLY_TO_REVIEWS,
            _P.VIEW_OWN_INSTRUCTOR_ANALYTICS,
            _P.SEND_MESSAGES,
        }
    ),
    Bundle.SUPPORT: frozenset(
        {
            _P.VIEW_ALL_USERS,
            _P.VIEW_ALL_BOOKINGS,
            _P.MANAGE_ALL_BOOKINGS,
            _P.MODERATE_CONTENT,
            _P.VERIFY_INSTRUCTORS,
        }
    ),
    Bundle.OPERATIONS: frozenset(
        {
            _P.ACCESS_MONITORING,
            _P.VIEW_SYSTEM_ANALYTICS,
            _P.EXPORT_ANALYTICS,
            _P.MANAGE_USERS,
            _P.MANAGE_ROLES,
            _P.VIEW_FINANCIALS,
            _P.MANAGE_FINANCIALS,
        }
    ),
}

# What a token of each scope may change. READ changes nothing: it opens whatever its person may see, where nothing is
# changed. Staff's names are in no scope: by token they only read.
_SEEN_TO_BE_CHANGED = {_P.VIEW_OWN_BOOKINGS, _P.VIEW_BOOKING_DETAILS, _P.VIEW_INCOMING_BOOKINGS}
SCOPES: dict[Scope, frozenset[PermissionName]] = {
    Scope.READ: frozenset(),
    Scope.BOOK: BUNDLES[Bundle.STUDENT] | _SEEN_TO_BE_CHANGED,
    Scope.TEACH: BUNDLES[Bundle.INSTRUCTOR] | _SEEN_TO_BE_CHANGED,
}
IN_EVERY_SCOPE = frozenset({_P.DELETE_OWN_ACCOUNT})  # who closes an account says its password, too


@dataclass(frozen=True)
class Narrowing:
    """What one request with a token leaves of its person's names: the scopes, and whether it only reads."""

    scopes: Collection[str]
    reads: bool

    def holds(self, name: str) -> bool:
        """Whether the name is left."""
        if self.reads:
            return Scope.READ in self.scopes
        return name in IN_EVERY_SCOPE or any(name in SCOPES[Scope(scope)] for scope in self.scopes)

    def refusal(self, names: Collection[str]) -> str:
        """Why none of these names is left, for people."""
        asked = [Scope.READ] if self.reads else [scope for scope, listed in SCOPES.items() if listed & {*names}]
        if not asked:
            return "No token may do this: sign in on the site."
        return f"This token lacks the scope {' or '.join(asked)}: make one that has it, under Account, API tokens."


# What only staff may do, as Django's backends are asked for it.
STAFF_NAMES = frozenset(f"accounts.{name}" for name in BUNDLES[Bundle.SUPPORT] | BUNDLES[Bundle.OPERATIONS])
