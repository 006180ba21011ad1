"""Whom a person would like to find again."""

from django.conf import settings
from django.db import models

from instructors.models.profiles import InstructorProfile


class Favorite(models.Model):
    """One instructor on one person's list."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="favorites"
    )
    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint("person", "instructor", name="favorite_once"),)

    def __str__(self) -> str:
        return f"{self.instructor_id} for {self.person_id}"
