"""The site with patience and connections of its own: HURRY holds PostgreSQL's settings, each worker one connection."""

import os

from django.conf import settings

from instainstru.wsgi import application

__all__ = ["application"]

options = settings.DATABASES["default"]["OPTIONS"]
options["options"] = " ".join(f"-c {setting}" for setting in os.environ["HURRY"].split())
options["pool"] = {"min_size": 1, "max_size": 1, "timeout": 1}
