"""The lesson as an agreement."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Booking, cancelling, my lessons."""

    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"
