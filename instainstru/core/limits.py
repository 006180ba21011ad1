"""How often one may ask: the buckets, which of them a request is counted in, and on whose account."""

import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ImproperlyConfigured

from instainstru.core import policy

SAFE = ("GET", "HEAD", "OPTIONS")
MICROSECONDS = 1_000_000
MINUTE = 60 * MICROSECONDS
View = TypeVar("View", bound=Callable[..., Any])


class Bucket(StrEnum):
    """What requests are counted as."""

    READ = "read"
    SEARCH = "search"
    WRITE = "write"
    FINANCIAL = "financial"
    AUTH = "auth"
    UNCOUNTED = "uncounted"  # for what watches the site, and for files that browsers keep


@dataclass(frozen=True)
class Rate:
    """So many a minute, from the first request on and in the long run, and so many of them at once after a rest."""

    a_minute: int
    at_once: int

    @property
    def interval(self) -> int:
        """Microseconds in which one more may come."""
        return MINUTE // self.a_minute


RATES = {
    Bucket.READ: Rate(policy.READS_A_MINUTE, policy.READS_A_MINUTE),
    Bucket.SEARCH: Rate(policy.SEARCHES_A_MINUTE, policy.SEARCHES_A_MINUTE),
    Bucket.WRITE: Rate(policy.WRITES_A_MINUTE, policy.WRITES_A_MINUTE),
    Bucket.FINANCIAL: Rate(policy.FINANCIAL_A_MINUTE, policy.FINANCIAL_A_MINUTE),
    Bucket.AUTH: Rate(policy.AUTH_A_MINUTE, policy.AUTH_AT_ONCE),
}
# Refused while nobody can count for all processes together: a password may not be guessed meanwhile.
STRICT = frozenset({Bucket.AUTH, Bucket.FINANCIAL})


class Taken(NamedTuple):
    """How an account stands after a request; times in microseconds."""

    ahead: int  # until as many as ever may come at once
    came: int  # passed in the minute that goes on
    back: int  # until all is there again
    wait: int = 0  # until the next may come; 0 if this one might


@dataclass(frozen=True)
class Count:
    """What came of counting one request."""

    bucket: Bucket
    taken: Taken

    @property
    def seconds_to_wait(self) -> int:
        """Until the next may come; 0 if this one might."""
        return math.ceil(self.taken.wait / MICROSECONDS)

    @property
    def left(self) -> int:
        """How many more may come now."""
        rate, taken = RATES[self.bucket], self.taken
        at_once = rate.at_once - math.ceil(taken.ahead / rate.interval)
        return max(0, min(at_once, rate.a_minute - taken.came))

    @property
    def headers(self) -> dict[str, str]:
        """What an answer says of it: so many a minute, so many of them now, all of them again after so many seconds."""
        return {
            "RateLimit-Limit": str(RATES[self.bucket].a_minute),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(math.ceil(self.taken.back / MICROSECONDS)),
        }


def named(name: str) -> Bucket:
    """The bucket of this name. Raises ImproperlyConfigured: a slip of the pen must not end in another limit."""
    try:
        return Bucket(name)
    except ValueError:
        raise ImproperlyConfigured(f"There is no bucket {name!r} to count in: {', '.join(Bucket)}.") from None


def limited(name: str) -> Callable[[View], View]:
    """Count a page in a bucket other than that of its method."""
    bucket = named(name)

    def declare(view: View) -> View:
        view.bucket = bucket  # type: ignore[attr-defined]
        return view

    return declare


def bucket_of(declared: Bucket | None, *, method: str | None) -> Bucket:
    """What a request is counted as: what its address declares, otherwise as reading or writing.

    Looking at a form is no try: of a strict bucket only what sends it is counted.
    """
    safe = method in SAFE
    if declared is None or (safe and declared in STRICT):
        return Bucket.READ if safe else Bucket.WRITE
    return declared


def account_of(*, person_id: object, address: str) -> str:
    """On whose account a request goes: a person's, if known, else an address's.

    Of IPv6 the first 64 bits count: the others are their owner's to choose, anew for each request.
    """
    if person_id is not None:
        return f"person:{person_id}"
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ipaddress.IPv6Address(int(ip) >> 64 << 64)
    return f"address:{ip}"
