"""The supply: what is taught, where, by whom, and when they are free."""

from django.apps import AppConfig


class InstructorsConfig(AppConfig):
    """Catalogue, places, profiles, the calendar."""

    name = "instructors"
    default_auto_field = "django.db.models.BigAutoField"
