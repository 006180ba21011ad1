"""Counts of requests: in Redis for all processes together, and in the memory of one.

Both keep one number an account: until when what has come is paid off, one interval each (the generic cell rate
algorithm). A request may come while that is less than a full bucket ahead.
"""

import hashlib
import threading
from collections import OrderedDict

from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import NoScriptError

from instainstru.core.limits import Rate

# In one piece, by Redis' own clock. Answers how far ahead the account is and how long to wait, in microseconds.
SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, at_once = tonumber(ARGV[1]), tonumber(ARGV[2])
local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = paid - now - interval * (at_once - 1)
if wait > 0 then return {paid - now, wait} end
paid = paid + interval
redis.call('SET', KEYS[1], string.format('%.0f', paid), 'PX', math.ceil((paid - now) / 1000))
return {paid - now, 0}
"""
SHA = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()


def take_shared(account: str, rate: Rate) -> tuple[int, int]:
    """Count a request in Redis, in one round trip. Raises RedisError or OSError."""
    redis = get_redis_connection("limits")
    key = f"{settings.CACHES['limits']['KEY_PREFIX']}{account}"
    try:
        ahead, wait = redis.evalsha(SHA, 1, key, rate.interval, rate.at_once)
    except NoScriptError:  # a Redis that has just started
        ahead, wait = redis.eval(SCRIPT, 1, key, rate.interval, rate.at_once)
    return ahead, wait


class OwnMemory:
    """The same for one process. It keeps the accounts that were used last, and forgets the others."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._paid: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._paid)

    def take(self, account: str, rate: Rate, *, now: int) -> tuple[int, int]:
        """Count a request at `now`, microseconds of any clock that never goes back."""
        with self._lock:
            paid = max(self._paid.get(account, 0), now)
            wait = paid - now - rate.interval * (rate.at_once - 1)
            if wait <= 0:
                paid += rate.interval
            self._paid[account] = paid
            self._paid.move_to_end(account)
            if len(self._paid) > self._most:
                self._paid.popitem(last=False)
        return paid - now, max(0, wait)
