"""What an instructor sets about their calendar."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import PermissionName
from instainstru.core import clock, policy
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instructors.forms.settings import SettingsForm
from instructors.services import settings

RULES = {
    "notice": policy.NOTICE_MINUTES,
    "travel_notice": policy.TRAVEL_NOTICE_MINUTES,
    "travel": policy.TRAVEL_MINUTES,
    "horizon": policy.HORIZON_DAYS,
    "night_begins": policy.NIGHT_BEGINS,
    "night_ends": policy.NIGHT_ENDS,
    "first_start": policy.FIRST_START_AFTER_NIGHT,
    "first_travel_start": policy.FIRST_TRAVEL_START_AFTER_NIGHT,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def settings_page(request: PageRequest) -> HttpResponse:
    """Padding and overnight guard, with what each does; the rules that are the same for everybody beside them."""
    if request.method != "POST":
        profile = settings.read(instructor_id=request.user.pk)
        names = SettingsForm.base_fields
        return _settings_page(request, SettingsForm(initial={name: getattr(profile, name) for name in names}))
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, form, status=422)
    settings.save(instructor_id=request.user.pk, now=clock.now(), **form.cleaned_data)
    messages.success(request, "Your settings are saved.")
    return see_other(request, "instructors:settings")


def _settings_page(request: PageRequest, form: SettingsForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, object] = {"form": form, "rules": RULES}
    return page(request, "instructors/settings.html", context, part="settings", status=status)
