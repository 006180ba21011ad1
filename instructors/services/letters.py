"""What an instructor is told of what staff decided about their page, worded here and posted whole."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from instainstru.core.services import outbox
from instainstru.core.services.outbox import Letter
from instructors.models import InstructorProfile


def tell(profile: InstructorProfile, what: str, *, subject: str, lines: Sequence[str], now: datetime) -> None:
    """Post a letter to an instructor; `what` and the moment make its key."""
    address = f"{settings.SITE_ADDRESS}{reverse('instructors:setup')}"
    body = "\n".join([f"Hello {profile.user.first_name},", "", *lines, "", "Your profile:", address, "", "InstaInstru"])
    key = f"{what}:{profile.pk}:{now.isoformat()}"
    outbox.post(letters=[Letter(key, profile.user.email, subject, body + "\n")])
