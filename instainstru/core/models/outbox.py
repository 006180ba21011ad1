"""What has to leave the building, written down in the transaction that made it so."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OutboxMessage(models.Model):
    """One mail, whole. It is delivered at least once, and recorded once under its key."""

    key = models.CharField(max_length=200, unique=True, help_text="Names what happened and to whom it is told.")
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    confidential = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Holds a way in: nobody reads it here, and it is emptied once it has left.",
    )
    reference = models.CharField(max_length=40, blank=True, help_text="The lesson that it speaks of.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(db_default=Now(), help_text="Not tried before this.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        indexes = (
            models.Index("due_at", name="outbox_due", condition=Q(delivered_at=None, given_up_at=None)),
            models.Index("given_up_at", name="outbox_given_up", condition=Q(given_up_at__isnull=False)),
            models.Index("reference", name="outbox_reference"),
        )
        constraints = (
            models.CheckConstraint(
                name="outbox_delivered_or_given_up", condition=Q(delivered_at=None) | Q(given_up_at=None)
            ),
        )

    def __str__(self) -> str:
        return self.key
