"""Keys with which programs act for a person."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.permissions import Scope
from instainstru.core.models import PERSONAL, audited


def every_scope() -> list[str]:
    """A token that says nothing may do all that tokens may."""
    return list(Scope.values)


@audited(exclude=("digest", "last_used_at"), told_on={"accounts.User": "user"}, whose="user")
class ApiToken(models.Model):
    """One key. Only its SHA-256 digest is kept: who reads the table cannot use what it holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60, blank=True, db_comment=PERSONAL, help_text="What its owner calls it.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), default=every_scope)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                name="token_for_something", condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0)
            ),
        )

    def __str__(self) -> str:
        return f"token {self.pk} of {self.user_id}"
