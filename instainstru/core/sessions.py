"""Sessions that end: by themselves, whoever holds their cookie.

One that is used goes on, SESSION_IDLE_DAYS from its last day of use; none goes on for longer than SESSION_DAYS.
"""

import time
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore

from instainstru.core import policy

BEGAN, USED = "_began", "_used"
DAY = 86_400


class SessionStore(CachedStore):
    """Django's sessions in cache and database, with a beginning and a last day of use. They age in real time."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Whether we might have made it: a cookie can say anything, and PostgreSQL takes no NUL."""
        return bool(super()._validate_session_key(key)) and str(key).isalnum()  # type: ignore[misc]

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing once a person has been signed in for too long."""
        held: dict[str, Any] = super().load()
        if SESSION_KEY not in held:
            return held
        now = int(time.time())
        if now - held.setdefault(BEGAN, now) >= policy.SESSION_DAYS * DAY:
            self.flush()
            return {}
        if now - held.get(USED, 0) >= DAY:
            held[USED] = now
            self.modified = True  # saved after the answer, and so good for another SESSION_IDLE_DAYS
        return held
