"""People: signing up and in, and who may do what."""

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from accounts.repositories.bundles import write_bundles

STEPS = ("ACCOUNT_EXPORT_STEPS", "ACCOUNT_CLOSING_STEPS", "ACCOUNT_STANDING_STEPS")


def check_steps(**_: object) -> list[checks.CheckMessage]:
    """Each step of leaving that settings name is there."""
    missing: list[checks.CheckMessage] = []
    for name in STEPS:
        for path in getattr(settings, name):
            try:
                import_string(path)
            except ImportError as fault:
                missing.append(checks.Error(f"{name} names {path}: {fault}", id="accounts.E001"))
    return missing


class AccountsConfig(AppConfig):
    """Keeps the groups equal to the bundles after each migration."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Write the bundles once the names they hold exist; say at the start which steps of leaving are missing."""
        post_migrate.connect(write_bundles, sender=self)
        checks.register(check_steps)
