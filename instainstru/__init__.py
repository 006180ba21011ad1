"""InstaInstru: private instructors in New York City, booked at once."""

from instainstru.celery import app as celery_app

__all__ = ["celery_app"]
