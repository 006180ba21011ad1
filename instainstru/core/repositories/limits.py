"""Counts of requests: in Redis for all processes together, and in the memory of one.

Both keep three numbers an account. Until when what has come is `paid` off, one interval each (the generic cell rate
algorithm): a request may come while that is less than a full bucket ahead. When the minute is `over` that the first
request began, and how many `came` in it: no more than a minute has room for. What is refused changes nothing.
"""

import hashlib
import threading
from collections import OrderedDict

from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import NoScriptError

from instainstru.core.limits import MINUTE, Rate, Taken

# In one piece, by Redis' own clock; `OwnMemory.take` in the same words.
SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, at_once, a_minute, minute = unpack(ARGV)
local paid, over, came = string.match(redis.call('GET', KEYS[1]) or '', '(%d+) (%d+) (%d+)')
paid, over, came = math.max(paid or 0, now), tonumber(over or 0), tonumber(came or 0)
if now >= over then came = 0 end
local wait = math.max(0, paid - now - interval * (at_once - 1))
if came >= tonumber(a_minute) then wait = math.max(wait, over - now) end
if wait == 0 then
  if came == 0 then over = now + minute end
  paid, came = paid + interval, came + 1
  local kept = math.ceil((math.max(paid, over) - now) / 1000)
  redis.call('SET', KEYS[1], string.format('%.0f %.0f %d', paid, over, came), 'PX', kept)
end
return {paid - now, came, math.max(paid, over) - now, wait}
"""
SHA = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()


def take_shared(account: str, rate: Rate) -> Taken:
    """Count a request in Redis, in one round trip. Raises RedisError or OSError."""
    redis = get_redis_connection("limits")
    key = f"{settings.CACHES['limits']['KEY_PREFIX']}{account}"
    given = (1, key, rate.interval, rate.at_once, rate.a_minute, MINUTE)
    try:
        return Taken(*redis.evalsha(SHA, *given))
    except NoScriptError:  # a Redis that has just started
        return Taken(*redis.eval(SCRIPT, *given))


class OwnMemory:
    """The same for one process. It keeps the accounts that were used last, and forgets the others."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, account: str, rate: Rate, *, now: int) -> Taken:
        """Count a request at `now`, microseconds of any clock that never goes back."""
        with self._lock:
            paid, over, came = self._kept.get(account, (0, 0, 0))
            paid, came = max(paid, now), 0 if now >= over else came
            wait = max(0, paid - now - rate.interval * (rate.at_once - 1))
            if came >= rate.a_minute:
                wait = max(wait, over - now)
            if not wait:
                over = over if came else now + MINUTE
                paid, came = paid + rate.interval, came + 1
            self._kept[account] = paid, over, came
            self._kept.move_to_end(account)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return Taken(paid - now, came, max(paid, over) - now, wait)
