"""A transport that is killed in the middle: it writes down each letter's key, and takes a moment before and after."""

import os
import random
import time
from collections.abc import Sequence
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Backend(BaseEmailBackend):
    """Appends to the file that RECORD names: one line a letter, whole or not at all."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Take them."""
        moment = float(os.environ.get("RECORD_SECONDS", "0.01"))
        for message in messages:
            time.sleep(random.uniform(0, moment))
            with Path(os.environ["RECORD"]).open("a") as file:
                file.write(f"{message.extra_headers['X-Outbox-Key']}\n")
            time.sleep(random.uniform(0, moment))
        return len(messages)
