"""What the product refuses, said for people. Pages and API each translate these in one place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

RETRY_AFTER = "1"  # seconds, in the header of every 503


class DomainError(Exception):
    """Something asked for that the rules refuse. `code` is for programs, the sentence for people."""

    code: ClassVar[str]
    status: ClassVar[int]
    sentence: ClassVar[str]
    wait = 0  # seconds after which it is worth another try, for what time alone mends

    def __init__(
        self,
        sentence: str = "",
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        nearest: Sequence[datetime] | None = None,
    ) -> None:
        self.message = sentence or self.sentence
        self.fields = fields
        self.nearest = nearest
        super().__init__(self.message)

    @property
    def page_status(self) -> int:
        """The status of a page that keeps the form: what a person can mend is 422."""
        return 422 if self.status == 400 else self.status


class Invalid(DomainError):
    """A field that cannot be right; `fields` names it."""

    code, status, sentence = "invalid", 400, "Something in this cannot be right."

    @classmethod
    def field(cls, name: str, sentence: str) -> "Invalid":
        """One wrong field and what is wrong with it."""
        return cls(sentence, fields={name: [sentence]})


class NotFound(DomainError):
    """Not there, or not theirs to see."""

    code, status, sentence = "not_found", 404, "There is nothing here by that name."


class NotAllowed(DomainError):
    """Seen, but not theirs to change."""

    code, status, sentence = "not_allowed", 403, "You may not do this."


class NotSo(DomainError):
    """Asked for what is so already, or cannot be as things are by now: somebody else was quicker."""

    code, status, sentence = "conflict", 409, "This is so already. Nothing was changed."


class Busy(DomainError):
    """A lock or connection was not had in time, even after one more try."""

    code, status, sentence = "busy", 503, "Many people are booking right now. Nothing was changed: please try again."


class Pausing(Busy):
    """The database cannot do it now. Whether what was begun was done is not known: it may have gone in the end."""

    sentence = "Our database is pausing. Wait a few seconds; if you were booking, look at My lessons first."


class Stale(DomainError):
    """Somebody changed it since it was read."""

    code, status, sentence = "stale", 412, "This was changed since you read it. Read it again, then save."


class VersionRequired(DomainError):
    """A save that does not say which version it was made from."""

    code, status, sentence = "version_required", 428, "Say which version you change: If-Match, or version in the body."
