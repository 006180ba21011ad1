"""Portraits: taken in by content, kept as two small squares that hold nothing but pixels."""

import secrets
from collections.abc import Callable
from io import BytesIO

from django.db import transaction
from PIL import Image, ImageOps

from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import DomainError, Invalid, NotFound
from instainstru.core.measure import measure_operation
from instructors.models import InstructorProfile
from instructors.models.profiles import Portrait, portrait
from instructors.repositories import photos as repository
from instructors.services import calendar, offers

FORMATS = ("JPEG", "PNG", "WEBP")
TOO_LARGE = f"This picture has too many pixels. Send one of up to {policy.PHOTO_MOST_PIXELS // 1_000_000} megapixels."
UNREADABLE = "This is no picture that we can read. Send a JPEG, PNG or WebP file."


class NotKept(DomainError):
    """The storage takes nothing: its disk is full, or it is away."""

    code, status = "not_kept", 503
    sentence = "We cannot keep a photo right now, so nothing was changed. Please try again later."


class StillLive(DomainError):
    """Who is live cannot be without a photo."""

    code, status = "conflict", 409
    sentence = "A live profile keeps a photo. Send another to replace it."


@measure_operation
def put(*, instructor_id: int, content: bytes) -> None:
    """Give a profile this photo in place of the one it had, whose files go once this is committed.

    Raises Invalid for what is no JPEG, PNG or WebP (by content), too large or too small; NotFound for who does not
    teach; NotKept, with nothing changed, while the storage takes nothing.
    """
    large, small = prepared(content)
    photo = portrait(f"{secrets.token_hex(16)}.webp")
    assert photo is not None  # noqa: S101  # it has a name
    with transaction.atomic():
        profile = _held(instructor_id)
        counts = profile.live_since is not None and not profile.photo  # staff took it off
        try:
            repository.keep({photo.large: large, photo.small: small})
        except OSError as full:
            raise NotKept from full
        _replace(profile, photo)
    if counts:
        _publish(instructor_id=instructor_id)


@measure_operation
def remove(*, instructor_id: int) -> None:
    """Take the photo off a profile that is not live. Raises StillLive, or NotFound for who does not teach."""
    with transaction.atomic():
        profile = _held(instructor_id)
        if profile.live_since:
            raise StillLive
        _replace(profile, None)


@measure_operation
def shown(*, name: str) -> bytes:
    """One of a photo's files (WebP), by the name it is shown under. Raises NotFound."""
    content = repository.content_of(name)
    if content is None:
        raise NotFound
    return content


@measure_operation
def take_off(*, instructor_id: int) -> None:
    """Take the photo off a profile, live or not, as staff may. Raises NotFound for who does not teach."""
    with transaction.atomic():
        _replace(_held(instructor_id), None)


@under_lock
def _publish(*, instructor_id: int) -> None:
    calendar.lock(person_ids=[instructor_id])
    offers.publish(instructor_ids=[instructor_id])


def _held(instructor_id: int) -> InstructorProfile:
    profile = repository.lock_profile(instructor_id)
    if profile is None or not repository.is_open(instructor_id):  # asked once the row is ours: they may have just left
        raise NotFound
    return profile


def _replace(profile: InstructorProfile, photo: Portrait | None) -> None:
    """Keep another photo or none; the files of the old one go after the commit."""
    old = profile.portrait
    repository.record_photo(profile, photo.large if photo else "")
    if old:
        transaction.on_commit(lambda: repository.forget(old))


def prepared(content: bytes) -> tuple[bytes, bytes]:
    """Both sizes of a picture as WebP: upright, square from the centre, without metadata. Raises Invalid."""
    image = _understood(lambda: Image.open(BytesIO(content), formats=FORMATS))  # reads the header only
    _check_size(*image.size)
    upright = _understood(lambda: _decoded(image))
    square = ImageOps.fit(upright, (policy.PHOTO_SIDE, policy.PHOTO_SIDE))
    plain = Image.new("RGB", square.size, "white")  # a new picture has no metadata
    plain.paste(square, mask=square)
    return _webp(plain), _webp(plain.resize((policy.PHOTO_SMALL_SIDE, policy.PHOTO_SMALL_SIDE)))


def _understood(read: Callable[[], Image.Image]) -> Image.Image:
    """What Pillow reads. Raises Invalid where it cannot."""
    try:
        return read()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid.field("photo", TOO_LARGE) from None
    except Exception:  # its readers raise whatever a broken file makes them stumble over
        raise Invalid.field("photo", UNREADABLE) from None


def _decoded(image: Image.Image) -> Image.Image:
    image.draft("RGB", (2 * policy.PHOTO_SIDE, 2 * policy.PHOTO_SIDE))  # a JPEG need not be decoded whole
    return ImageOps.exif_transpose(image).convert("RGBA")


def _check_size(width: int, height: int) -> None:
    if width * height > policy.PHOTO_MOST_PIXELS:
        raise Invalid.field("photo", TOO_LARGE)
    if min(width, height) < policy.PHOTO_LEAST_SIDE:
        least = policy.PHOTO_LEAST_SIDE
        raise Invalid.field(
            "photo", f"This picture has {width} × {height} pixels. Send one of at least {least} × {least}."
        )


def _webp(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "WEBP", quality=82, method=4)
    return written.getvalue()
