"""The operator's part as an app: it has no tables, and listens to the queue."""

from django.apps import AppConfig

from instainstru.ops import signals


class OpsConfig(AppConfig):
    """Set up in every process: web, worker, beat, command."""

    name = "instainstru.ops"

    def ready(self) -> None:
        """Listen."""
        signals.connect()
