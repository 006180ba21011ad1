"""Photos in the storage: kept beside the profile's change, and the old ones gone after it."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from instainstru.core.errors import Invalid, NotFound
from instructors.models import InstructorProfile
from instructors.services import photos, setup
from instructors.services.photos import StillLive


@pytest.fixture(autouse=True)
def _in_memory(settings):
    """Files that are gone with the test."""
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


def face(colour: str = "red") -> bytes:
    """A picture."""
    file = BytesIO()
    Image.new("RGB", (400, 400), colour).save(file, "JPEG")
    return file.getvalue()


def files() -> set[str]:
    """What is in the storage."""
    return set(default_storage.listdir("photos")[1]) if default_storage.exists("photos") else set()


@pytest.fixture
def profile(ana) -> InstructorProfile:
    """Ana's, not live yet."""
    return setup.begin_to_teach(person=ana)


def shown(profile: InstructorProfile) -> set[str]:
    """The files that a profile names."""
    portrait = InstructorProfile.objects.get(pk=profile.pk).portrait
    return {portrait.large, portrait.small} if portrait else set()


def test_a_photo_is_kept_in_two_sizes_under_a_name_that_nobody_guesses(profile):
    photos.put(instructor_id=profile.pk, content=face())
    assert len(files()) == 2
    assert shown(profile) == files()
    assert {len(name.partition(".")[0].removesuffix("-160")) for name in files()} == {32}
    sizes = {Image.open(BytesIO(photos.shown(name=name))).size for name in files()}
    assert sizes == {(640, 640), (160, 160)}


def test_another_photo_takes_its_place_and_the_old_files_go_after_the_commit(
    profile, django_capture_on_commit_callbacks
):
    photos.put(instructor_id=profile.pk, content=face())
    first = files()
    with django_capture_on_commit_callbacks() as after_the_commit:
        photos.put(instructor_id=profile.pk, content=face("blue"))
        assert first < files()  # a transaction that is taken back still has its photo
    for delete in after_the_commit:
        delete()
    assert len(files()) == 2
    assert files().isdisjoint(first)
    assert shown(profile) == files()


def test_a_picture_that_is_refused_leaves_the_old_one(profile, django_capture_on_commit_callbacks):
    photos.put(instructor_id=profile.pk, content=face())
    before = files()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid):
        photos.put(instructor_id=profile.pk, content=b"nonsense")
    assert files() == before == shown(profile)


def test_a_photo_is_removed_with_its_files(profile, django_capture_on_commit_callbacks):
    photos.put(instructor_id=profile.pk, content=face())
    with django_capture_on_commit_callbacks(execute=True):
        photos.remove(instructor_id=profile.pk)
        photos.remove(instructor_id=profile.pk)  # pressed twice
    assert files() == shown(profile) == set()


def test_a_live_profile_keeps_a_photo(ana_teaches_piano, django_capture_on_commit_callbacks):
    photos.put(instructor_id=ana_teaches_piano.instructor_id, content=face())
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(StillLive):
        photos.remove(instructor_id=ana_teaches_piano.instructor_id)
    assert len(files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        photos.put(instructor_id=ana_teaches_piano.instructor_id, content=face("blue"))
    assert len(files()) == 2


def test_who_does_not_teach_has_no_photo(sam):
    with pytest.raises(NotFound):
        photos.put(instructor_id=sam.pk, content=face())
    with pytest.raises(NotFound):
        photos.remove(instructor_id=sam.pk)
    assert files() == set()


def test_a_photo_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        photos.shown(name="0" * 32 + ".webp")


def test_photos_lie_in_the_folder_of_the_settings(profile, settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings.MEDIA_ROOT = str(tmp_path)
    photos.put(instructor_id=profile.pk, content=face())
    assert {path.name for path in (tmp_path / "photos").iterdir()} == shown(profile)
