"""Who teaches."""

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermissionBase

from instainstru.core import policy
from instainstru.core.models import PERSONAL, audited
from instructors.models.places import Neighborhood

RESERVED_SLUGS = ("search",)
PHOTOS = "photos/"  # where the storage has them


class Step(models.TextChoices):
    """What a profile needs before it goes live, in the order of setting up."""

    PROFILE = "profile", "Headline and about you"
    PHOTO = "photo", "Photo"
    SERVICES = "services", "Services and prices"
    PLACES = "places", "Where you teach"
    HOURS = "hours", "Hours"


@dataclass(frozen=True)
class Portrait:
    """The two sizes of a photo, by the names that they are shown under."""

    large: str
    small: str


def portrait(photo: str) -> Portrait | None:
    """The photo that the storage has under this name, for a page; None without one."""
    name = photo.removeprefix(PHOTOS)
    return Portrait(name, name.replace(".", f"-{policy.PHOTO_SMALL_SIDE}.")) if name else None


# Whom the public sees and books, asked of a profile and its person in SQL.
LIVE = "profile.live_since IS NOT NULL AND profile.suspended_at IS NULL AND person.is_active"


def live(path: str = "") -> Q:
    """The same of a row that leads to the profile by this path, such as service__instructor__."""
    asked = {"live_since__isnull": False, "suspended_at__isnull": True, "user__is_active": True}
    return Q(**{path + name: wanted for name, wanted in asked.items()})


class ProfileQuerySet(models.QuerySet["InstructorProfile"]):
    """Words for sets of profiles."""

    def live(self) -> "ProfileQuerySet":
        """Those that the public sees and books."""
        return self.filter(live())


@audited(
    exclude=("reviews_count", "stars_sum", "free_through"),
    told_on={"instructors.InstructorProfile": "user"},
    whose="user",
)
class InstructorProfile(models.Model):
    """The teaching side of a person; their id is the person's."""

    TIES: ClassVar[dict[str, str]] = {"manage_instructor_profile": "instructors.own_profile"}

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="instructor_profile"
    )
    slug = models.SlugField(max_length=80, unique=True, db_comment=PERSONAL)
    headline = models.CharField(max_length=policy.HEADLINE_LENGTH, blank=True, db_comment=PERSONAL)
    bio = models.TextField(max_length=policy.BIO_LENGTH, blank=True, db_comment=PERSONAL)
    photo = models.ImageField(
        upload_to=PHOTOS,
        blank=True,
        db_comment=PERSONAL,
        help_text="Square, as re-encoded here; a smaller one stands beside it.",
    )
    neighborhoods = models.ManyToManyField(
        Neighborhood, related_name="instructors", blank=True, help_text="Where they travel to."
    )
    place_neighborhood = models.ForeignKey(
        Neighborhood,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where their own place is; nothing finer is kept.",
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        default=policy.BUFFER_MINUTES, help_text="Minutes kept free after each lesson."
    )
    overnight_guard = models.BooleanField(default=True, help_text="Nobody books the early morning during the night.")
    live_since = models.DateTimeField(null=True, blank=True, help_text="Shown to the public from here on.")
    founding = models.BooleanField(default=False, help_text="One of the first 100 to go live: 8 % commission.")
    verified_at = models.DateTimeField(null=True, blank=True, help_text="Staff have seen who they are.")
    suspended_at = models.DateTimeField(null=True, blank=True, help_text="Staff have taken them off the site.")
    suspended_because = models.CharField(
        max_length=policy.REASON_LENGTH, blank=True, db_default="", help_text="Told to the instructor."
    )
    reviews_count = models.PositiveIntegerField(default=0, editable=False)
    stars_sum = models.PositiveIntegerField(default=0, editable=False)
    free_through = models.DateField(null=True, editable=False, help_text="Free time is worked out up to this date.")

    objects = ProfileQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = (("own_profile", "Is this instructor"),)
        ordering = ("user__first_name", "user__last_name", "pk")
        constraints = (
            models.CheckConstraint(
                name="profile_buffer_in_bounds", condition=Q(buffer_minutes__range=(0, policy.LARGEST_BUFFER_MINUTES))
            ),
            models.CheckConstraint(name="profile_slug_not_reserved", condition=~Q(slug__in=RESERVED_SLUGS)),
            models.CheckConstraint(
                name="profile_suspended_says_why", condition=Q(suspended_at=None) ^ ~Q(suspended_because="")
            ),
            models.CheckConstraint(name="profile_live_has_headline", condition=Q(live_since=None) | ~Q(headline="")),
        )

    def __str__(self) -> str:
        return self.slug

    @property
    def is_live(self) -> bool:
        """Whether the public sees and books them."""
        return self.live_since is not None and self.suspended_at is None and self.user.is_active

    @property
    def portrait(self) -> Portrait | None:
        """The photo for a page, None without one."""
        return portrait(self.photo.name or "")

    @property
    def rating(self) -> float | None:
        """The number that is shown: a mean that begins with 5 reviews at 4.3. None until there are 3 reviews."""
        if self.reviews_count < policy.REVIEWS_SHOWN_FROM:
            return None
        weight = policy.RATING_PRIOR_REVIEWS
        stars = weight * policy.RATING_PRIOR_STARS + self.stars_sum
        return round(stars / (weight + self.reviews_count), 2)


@audited(
    told_on={"instructors.InstructorProfile": "instructorprofile"},
    by_statement=True,
)
class Served(InstructorProfile.neighborhoods.through):  # type: ignore[misc,name-defined]  # Django makes it
    """That an instructor travels to a neighborhood."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "neighborhood"


class ProfileTie(UserObjectPermissionBase):
    """Whose profile it is."""

    content_object = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
