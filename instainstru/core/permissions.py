"""The one check of who may do what: a name, and where the object asks for it a tie to that object."""

import functools
from collections.abc import Callable, Collection
from typing import Any, ClassVar, Protocol, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from rest_framework.exceptions import NotAuthenticated
from rest_framework.views import APIView

from instainstru.core.errors import NotAllowed

LABEL = "accounts"  # every name hangs on the user model's content type


class Tied(Protocol):
    """A model that says which tie each permission name asks for. Names it does not list need none."""

    TIES: ClassVar[dict[str, str]]


class Narrowing(Protocol):
    """What a key leaves of the names of the person it acts for: the person's `narrowed_to`, for one request."""

    def holds(self, name: str) -> bool:
        """Whether the name is left."""

    def refusal(self, names: Collection[str]) -> str:
        """Why none of these names is left, for people."""


def may(user: AbstractBaseUser | AnonymousUser | PermissionsMixin, name: str, thing: Tied | None = None) -> bool:
    """Whether a person has the name and, where the object's model asks for one, the tie to the object.

    Who acts by a key of theirs has what the key leaves of that.
    """
    narrowing = _narrowing(user)
    return (narrowing is None or narrowing.holds(name)) and _has(user, name, thing)


def not_allowed(user: object, names: Collection[str], thing: Tied | None = None, *, sentence: str = "") -> NotAllowed:
    """The refusal of somebody who may do none of this: the sentence, unless it is their key that leaves none of it."""
    narrowing = _narrowing(user)
    taken = [name for name in names if _has(user, name, thing)] if narrowing else []
    return NotAllowed(narrowing.refusal(taken) if narrowing and taken else sentence)


def _narrowing(user: object) -> Narrowing | None:
    return getattr(user, "narrowed_to", None)


def _has(user: object, name: str, thing: Tied | None) -> bool:
    if not isinstance(user, PermissionsMixin) or not user.has_perm(f"{LABEL}.{name}"):
        return False
    tie = None if thing is None else thing.TIES.get(str(name))
    return tie is None or user.has_perm(tie, cast(Model, thing))


View = TypeVar("View", bound=Callable[..., Any])


def require_permission(*names: str) -> Callable[[View], View]:
    """Let in who has any of the names: for page views, and for the methods of API views.

    A guest is sent to sign in (pages, with the way back) or told 401 (API); a missing name is 403.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            on_api = isinstance(args[0], APIView)
            request = args[1] if on_api else args[0]
            if not request.user.is_authenticated:
                if on_api:
                    raise NotAuthenticated
                return to_sign_in(request)
            if not any(may(request.user, name) for name in names):
                raise not_allowed(request.user, names) if on_api else PermissionDenied
            return view(*args, **kwargs)

        guarded.required_permissions = names  # type: ignore[attr-defined]  # a test walks every route for it
        return guarded  # type: ignore[return-value]

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sends a guest to sign in, and afterwards back to the page asked for, or to the one whose form was sent."""
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        came_from = request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(came_from, request.get_host(), require_https=request.is_secure())
        back = urlsplit(came_from)._replace(scheme="", netloc="").geturl() if ours and came_from else "/"
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
    # htmx would follow a redirect by itself, and put the whole page where a part was wanted.
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", None) else HttpResponseRedirect(address)
