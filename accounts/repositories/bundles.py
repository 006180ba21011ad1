"""Groups as the bundles say they are."""

from typing import Any

from django.apps import apps as installed

from accounts.permissions import BUNDLES


def write_bundles(*, apps: Any = installed, **_signal: object) -> None:
    """Make the groups hold exactly what the bundles say. Runs after each migration, and changes nothing when right.

    A flush says post_migrate, too, and names no `apps`.
    """
    groups = apps.get_model("auth", "Group")
    names = apps.get_model("auth", "Permission")
    held = {p.codename: p for p in names.objects.filter(content_type__app_label="accounts", content_type__model="user")}
    for bundle, permissions in BUNDLES.items():
        group, _ = groups.objects.get_or_create(name=bundle.value)
        group.permissions.set([held[name] for name in permissions])
