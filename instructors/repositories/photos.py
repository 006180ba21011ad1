"""Photos: where the storage has them, and who has which."""

from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from instructors.models import InstructorProfile
from instructors.models.profiles import PHOTOS, Portrait


def keep(files: Mapping[str, bytes]) -> None:
    """Put files into the storage, by the names that they are shown under: all of them, or OSError and none."""
    try:
        for name, content in files.items():
            default_storage.save(PHOTOS + name, ContentFile(content))
    except OSError:
        for name in files:
            default_storage.delete(PHOTOS + name)  # also what was written by half
        raise


def forget(photo: Portrait) -> None:
    """Take both sizes of a photo out of the storage."""
    for name in (photo.large, photo.small):
        default_storage.delete(PHOTOS + name)


def content_of(name: str) -> bytes | None:
    """A file as it is; None for one that is not there."""
    try:
        with default_storage.open(PHOTOS + name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def lock_profile(instructor_id: int) -> InstructorProfile | None:
    """A profile, held until the commit by whoever changes its photo; booking with it goes on meanwhile."""
    return InstructorProfile.objects.select_for_update(no_key=True).filter(pk=instructor_id).first()


def is_open(instructor_id: int) -> bool:
    """Whether the account of who teaches is not closed."""
    return InstructorProfile.objects.filter(pk=instructor_id, user__closed_at=None).exists()


def record_photo(profile: InstructorProfile, name: str) -> None:
    """Keep which photo a profile has, by the name it is shown under; none for an empty one."""
    profile.photo = PHOTOS + name if name else ""
    profile.save(update_fields=["photo"])
