"""Where pages and API count a request, before anything is done for it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from instainstru.core.client import address_of
from instainstru.core.limits import Bucket, account_of, bucket_of
from instainstru.core.services import limits
from instainstru.core.services.limits import TooOften


def count(request: HttpRequest, declared: Bucket | None, *, person_id: Callable[[], object]) -> None:
    """Count a request, and note on it what came of that; whose it is, is asked only if it counts.

    Raises TooOften or CountingPauses.
    """
    bucket = bucket_of(declared, method=request.method)
    if not settings.RATE_LIMITS or bucket is Bucket.UNCOUNTED:
        return
    counted = limits.count(bucket=bucket, account=account_of(person_id=person_id(), address=address_of(request)))
    request.counted = counted  # type: ignore[attr-defined]
    if counted.taken.wait:
        raise TooOften(seconds=counted.seconds_to_wait)
