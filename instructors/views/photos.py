"""Photos of instructors: shown to everybody, sent and taken away by their owner."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import PermissionName
from instainstru.core.errors import Invalid
from instainstru.core.limits import Bucket, limited
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instructors.forms.setup import PhotoForm
from instructors.services import photos, setup

YEAR = 365 * 24 * 60 * 60


@limited(Bucket.UNCOUNTED)  # twenty on a page, and kept for a year
@require_safe
def shown(request: HttpRequest, name: str) -> HttpResponse:
    """A photo. Its name is drawn anew with each picture, so that this one is kept for good."""
    answer = HttpResponse(photos.shown(name=name), content_type="image/webp")
    patch_cache_control(answer, public=True, max_age=YEAR, immutable=True)
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_INSTRUCTOR_PROFILE)
def own(request: PageRequest) -> HttpResponse:
    """One's own photo, and a form for another."""
    if request.method != "POST":
        return _own_page(request, PhotoForm())
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _own_page(request, form, status=422)
    try:
        photos.put(instructor_id=request.user.pk, content=form.cleaned_data["photo"].read())
    except (Invalid, photos.NotKept) as refused:
        form.add_error("photo", refused.message)
        return _own_page(request, form, status=refused.page_status)
    messages.success(request, "Your photo is saved.")
    return see_other(request, "instructors:setup")


def _own_page(request: PageRequest, form: PhotoForm, *, status: int = 200) -> HttpResponse:
    profile = setup.read(instructor_id=request.user.pk).profile
    context = {"form": form, "portrait": profile.portrait, "live": profile.live_since is not None}
    return page(request, "instructors/setup_photo.html", context, status=status)


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_INSTRUCTOR_PROFILE)
def remove(request: PageRequest) -> HttpResponse:
    """Take one's own photo away."""
    photos.remove(instructor_id=request.user.pk)
    messages.success(request, "Your photo is removed.")
    return see_other(request, "instructors:photo_step")
