"""The ground that every app stands on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Values, clock, money, errors, permission check, outbox: nothing here knows an app."""

    name = "instainstru.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
