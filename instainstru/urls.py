"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from instainstru import api, errors
from instainstru.core.urls import api_path

admin.site.site_header = "InstaInstru staff"
admin.site.site_title = "InstaInstru"
admin.site.index_title = "What would you like to look at?"
# Staff sign in and change their password where everybody does: Django's own forms ask for no second factor.
admin.site.login = never_cache(secure_admin_login(RedirectView.as_view(pattern_name="admin:index")))  # type: ignore[method-assign]
admin.site.password_change = RedirectView.as_view(pattern_name="account_change_password")  # type: ignore[assignment, method-assign]
admin.site.password_change_done = admin.site.password_change  # type: ignore[method-assign]
# No row has a page of its own to be led to, and this one fails on what is no number.
staff = [route for route in admin.site.get_urls() if getattr(route, "name", "") != "view_on_site"]

operations: list[URLPattern | URLResolver] = [
    api_path("schema/", api.Schema.as_view(), "api-schema"),
    api_path("docs/", api.Docs.as_view(url_name="api-schema"), "api-docs"),
    path("", include("accounts.api_urls")),
    path("", include("instructors.api_urls")),
    path("", include("bookings.api_urls")),
    path("", include("instainstru.ops.api_urls")),
]

urlpatterns = [
    path("", include("instainstru.ops.urls")),
    api_path("api/", api.Root.as_view(), "api-root"),
    path("api/", include(operations)),
    path("admin/", (staff, "admin", admin.site.name)),
    path("accounts/", include("accounts.urls")),
    path("", include("instructors.urls")),
    path("", include("bookings.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.failed
