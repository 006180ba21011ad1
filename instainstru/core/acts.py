"""What staff do about a row of the admin: each act has a page that says what it does, and POST does it by a service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from instainstru.core.admin import NamedAdmin
from instainstru.core.errors import DomainError, Invalid
from instainstru.core.pages import PageRequest
from instainstru.core.permissions import may


@dataclass(frozen=True)
class Act:
    """One act: its name in the address, its button, the permission it asks for, and what it does, in sentences.

    `do` calls the service with the request, the row and what was typed; `fits` tells for which rows it is offered.
    """

    name: str
    label: str
    needs: str
    says: Sequence[str]
    done: str
    do: Callable[[PageRequest, Any, Mapping[str, Any]], None]
    fits: Callable[[Any], bool] = lambda _row: True
    form: type[forms.Form] = forms.Form
    begins_with: Callable[[Any], dict[str, Any]] = lambda _row: {}


class ActingAdmin(NamedAdmin):
    """A model that staff read here, and act on by services. The form of a row itself saves nothing."""

    acts: ClassVar[tuple[Act, ...]] = ()
    change_form_template = "admin/acting.html"

    def get_urls(self) -> list[URLPattern]:
        """Admin's own addresses, and those of the acts."""
        act = self.admin_site.admin_view(self.act)
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        return [path("<path:object_id>/act/<str:name>/", act, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page of a row, with the ways to what may be done about it."""
        row = context["original"]
        offered = [act for act in self.acts if may(request.user, act.needs) and act.fits(row)]
        ways = [(act.label, reverse(self._address("act"), args=[row.pk, act.name])) for act in offered]
        return super().render_change_form(request, context | {"acts": ways}, *args, **kwargs)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def act(self, request: PageRequest, object_id: str, name: str) -> HttpResponse:
        """Shows what an act does; does it on POST. What the service refuses is said on the row's page."""
        act = next((one for one in self.acts if one.name == name), None)
        if act is not None and not may(request.user, act.needs):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if act is None or row is None:
            raise Http404
        if request.method != "POST":
            return self._page(request, act, row, act.form(initial=act.begins_with(row)))
        form = act.form(request.POST)
        if not (form.is_valid() and self._done(request, act, row, form)):
            return self._page(request, act, row, form, status=422)
        return redirect(self._address("change"), row.pk)

    def _done(self, request: PageRequest, act: Act, row: Any, form: forms.Form) -> bool:
        """Does it, or says why not; False where what was typed can be mended."""
        try:
            act.do(request, row, form.cleaned_data)
        except Invalid as refused:
            for field, sentences in (refused.fields or {}).items():
                form.add_error(field, list(sentences))
            return False
        except DomainError as refused:
            self.message_user(request, refused.message, messages.ERROR)
        else:
            self.log_change(request, row, act.done)
            self.message_user(request, act.done, messages.SUCCESS)
        return True

    def _page(
        self, request: PageRequest, act: Act, row: Any, form: forms.Form, *, status: int = 200
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{act.label}: {row}",
            "opts": self.opts,
            "row": row,
            "act": act,
            "form": form,
            "back": reverse(self._address("change"), args=[row.pk]),
            "list": reverse(self._address("changelist")),
            **self.about(row, act),
        }
        return TemplateResponse(request, "admin/act.html", context, status=status)

    def about(self, row: Any, act: Act) -> dict[str, object]:
        """What the page of an act shows besides."""
        return {}

    def _address(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"
