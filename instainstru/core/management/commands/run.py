"""`manage.py run`: the whole site in one command."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from instainstru import supervisor


class Command(BaseCommand):
    """Runs PostgreSQL, Valkey, a worker with the beat and the web server until Ctrl-C."""

    help = "Runs the whole site on http://127.0.0.1:8000 (PORT= for another) until Ctrl-C, with its own servers."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        site = supervisor.Site(
            database=settings.DATABASE, redis_url=settings.REDIS_URL, state=settings.STATE, environ=os.environ
        )
        supervisor.run(site)
