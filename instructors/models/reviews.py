"""What students say of lessons they took."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from instainstru.core import policy
from instainstru.core.models import audited
from instructors.models.profiles import InstructorProfile


@audited(told_on={"instructors.Review": "pgh_obj", "instructors.InstructorProfile": "instructor"})
class Review(models.Model):
    """One student's word on one completed lesson, which it carries by reference."""

    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, related_name="reviews")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews_written")
    lesson_reference = models.CharField(max_length=20, unique=True)
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(policy.MOST_STARS)])
    text = models.TextField(
        max_length=policy.REVIEW_LENGTHS[1], validators=[MinLengthValidator(policy.REVIEW_LENGTHS[0])]
    )
    created_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="Staff have taken it off the site.")

    class Meta:
        default_permissions = ()
        ordering = ("-created_at", "-pk")
        indexes = (models.Index("instructor", models.F("created_at").desc(), name="review_latest"),)
        constraints = (
            models.CheckConstraint(name="review_stars", condition=Q(stars__range=(1, policy.MOST_STARS))),
            models.CheckConstraint(
                name="review_text_length",
                condition=Q(GreaterThanOrEqual(Length("text"), policy.REVIEW_LENGTHS[0]))
                & Q(LessThanOrEqual(Length("text"), policy.REVIEW_LENGTHS[1])),
            ),
        )

    def __str__(self) -> str:
        return f"{self.stars} stars for {self.lesson_reference}"
