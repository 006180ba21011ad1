"""People: signing up and in, and who may do what."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from accounts.repositories.bundles import write_bundles


class AccountsConfig(AppConfig):
    """Keeps the groups equal to the bundles after each migration."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Write the bundles once the names they hold exist."""
        post_migrate.connect(write_bundles, sender=self)
