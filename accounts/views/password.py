"""Pages of one's password: changing it, and a new one for who forgot it."""

from allauth.account import views
from django.http import HttpResponse

from accounts.permissions import PermissionName
from accounts.views.shape import for_person, public, way_in


class ResetByKey(views.PasswordResetFromKeyView):  # type: ignore[misc]
    """The page that a letter's link leads to: its form sets the password."""

    def logout(self) -> None:
        """Nobody is signed out because a link of somebody else's was opened."""

    def render_to_response(self, context: dict[str, object], **response: object) -> HttpResponse:
        """A link that has run out, or was used, is not there any more."""
        status = 404 if "token_fail" in context else 200
        shown: HttpResponse = super().render_to_response(context, status=status, **response)
        return shown


change = way_in(for_person(views.password_change, PermissionName.CHANGE_OWN_PASSWORD))
reset = way_in(public(views.password_reset))
reset_sent = public(views.password_reset_done)
reset_by_key = way_in(public(ResetByKey.as_view()))
reset_done = public(views.password_reset_from_key_done)
