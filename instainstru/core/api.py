"""What every operation of the API shares: how it refuses, what it takes in, how it pages."""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from instainstru.core import policy, throttle
from instainstru.core.contention import pausing
from instainstru.core.errors import RETRY_AFTER, DomainError
from instainstru.core.limits import Bucket, named
from instainstru.core.time import NEW_YORK

log = logging.getLogger(__name__)

CODES = {
    400: "invalid",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "wrong_type",
    429: "too_often",
    500: "failed",
    503: "busy",
}
SENTENCES = {
    401: "Sign in first: send a token, or sign in on the site.",
    403: "You may not do this.",
    404: "There is nothing here by that name.",
    500: "Something broke on our side, and nothing was changed. Please try again.",
}
EDGE_SPACE = " \t\r\n"
PUBLIC_MINUTE = {"public": True, "max_age": 60}
PUBLIC_HOUR = {"public": True, "max_age": 3600}


class PersonRequest(Request):
    """A request as a permission check leaves it: somebody is signed in."""

    user: Any


class StrictSerializer(serializers.Serializer[Any]):
    """A body, or a query, whose every field is declared. Unknown fields of a body are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is no object and what names a field that is not declared."""
        if not isinstance(data, Mapping):
            raise exceptions.ValidationError({"body": ["Send a JSON object."]})
        unknown = [str(name) for name in data if name not in self.fields]
        if unknown and not self.context.get("query"):
            raise exceptions.ValidationError({name: ["This field is not known here."] for name in unknown[:20]})
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """Text that PostgreSQL can keep: no NUL (DRF refuses it), no lone surrogates."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse text with half a character in it."""
        text = super().to_internal_value(data)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise exceptions.ValidationError(["This text holds half a character."]) from None
        return str(text)


@extend_schema_field({"type": "string", "format": "date-time"})
class NewYorkTime(serializers.Field[datetime, datetime, str, Any]):
    """An instant, written in ISO 8601 with New York's offset."""

    def to_representation(self, value: datetime) -> str:
        """The instant as New York's clock says it."""
        return value.astimezone(NEW_YORK).isoformat()


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "example": "17:30"})
class ClockTime(serializers.TimeField):
    """A clock time, HH:MM."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class Json(JSONParser):
    """JSON; nested deeper than Python can follow, it is none."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """The content of a body. Raises ParseError."""
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise exceptions.ParseError("JSON parse error - nested too deep") from None


class Browsable(BrowsableAPIRenderer):
    """The API as pages, without forms: a form posts what a person did not write as JSON."""

    def show_form_for_method(self, view: Any, method: str, request: Request, obj: Any) -> bool:
        """Keep the raw JSON box only."""
        return False


class ErrorBody(serializers.Serializer[Any]):
    """What went wrong: a code for programs, a sentence for people."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)  # type: ignore[assignment]
    nearest_times = serializers.ListField(child=serializers.DateTimeField(), required=False)
    request_id = serializers.CharField()


class ErrorAnswer(serializers.Serializer[Any]):
    """The body of every answer that is not a success."""

    error = ErrorBody()


def answers(*statuses: int) -> dict[int, type[ErrorAnswer]]:
    """The declared refusals of an operation, for its schema."""
    return dict.fromkeys(statuses, ErrorAnswer)


def declare_what_always_holds(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Complete the schema: an answer has all its properties, and some refusals belong to every operation.

    A wrong token is refused wherever it is sent, and what comes too often; a body may be too large, or of another type.
    """
    for name, component in result["components"]["schemas"].items():
        if "properties" in component and not name.endswith("Request") and name != ErrorBody.__name__:
            component["required"] = sorted(component["properties"])
    shape = {"schema": {"$ref": f"#/components/schemas/{ErrorAnswer.__name__}"}}
    for methods in result["paths"].values():
        for method, operation in methods.items():
            declared = operation["responses"]
            for code in ("401", "413", "415", "429") if method in ("post", "put", "patch") else ("401", "429"):
                declared.setdefault(code, {"content": {"application/json": shape}, "description": ""})
            operation["responses"] = dict(sorted(declared.items()))
    return result


def read(serializer: type[StrictSerializer], data: Any, *, query: bool = False) -> dict[str, Any]:
    """The validated content of a body, or of a query (unknown names are ignored there). Raises ValidationError."""
    shape = serializer(data=data.dict() if query else data, context={"query": query})
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)


class Pages(PageNumberPagination):
    """Lists as {"results", "next"}: at most 100 a page."""

    page_size = policy.PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = policy.LARGEST_PAGE

    def get_paginated_response(self, data: Any) -> Response:
        """One page, and the absolute address of the next or null."""
        return Response({"results": data, "next": self.get_next_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The shape of the same."""
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": "string", "format": "uri", "nullable": True, "example": None},
            },
        }


def _whole(text: object) -> str:
    """Text that can be sent: a half character that somebody sent us, and DRF repeats, is a question mark."""
    return str(text).encode("utf-8", "replace").decode()


def _flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """DRF's nested error details as {"days.0.hours": [sentence]}."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for key, inner in detail.items():
            part = "body" if key == "non_field_errors" else _whole(key)
            found |= _flat(inner, f"{name}.{part}" if name else part)
        return found
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        if all(isinstance(inner, str) for inner in detail):
            return {name or "body": [_whole(inner) for inner in detail]}
        found = {}
        for index, inner in enumerate(detail):
            if inner:
                found |= _flat(inner, f"{name}.{index}" if name else str(index))
        return found
    return {name or "body": [_whole(detail)]}


def error_body(
    code: str,
    message: str,
    *,
    request_id: str,
    fields: Mapping[str, Sequence[str]] | None = None,
    nearest: Sequence[datetime] | None = None,
) -> dict[str, Any]:
    """The one shape of an error."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = {name: list(sentences) for name, sentences in fields.items()}
    if nearest is not None:
        error["nearest_times"] = [time.astimezone(NEW_YORK).isoformat() for time in nearest]
    error["request_id"] = request_id
    return {"error": error}


def answer_error(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Translates what an operation raised into an answer: the API's one place for it."""
    request_id = getattr(context["request"], "request_id", "")
    if pause := pausing(exc):
        log.warning("the database cannot do it now: %s", exc)
        exc = pause
    if isinstance(exc, DomainError):
        response = _refused(exc, request_id)
    elif isinstance(exc, Http404):
        response = _raised(exceptions.NotFound(), request_id)
    elif isinstance(exc, PermissionDenied):
        response = _raised(exceptions.PermissionDenied(), request_id)
    elif isinstance(exc, exceptions.APIException):
        response = _raised(exc, request_id)
    else:
        return None
    response["Cache-Control"] = "no-store"
    return response


def _refused(refused: DomainError, request_id: str) -> Response:
    """What a service refused."""
    body = error_body(
        refused.code, refused.message, request_id=request_id, fields=refused.fields, nearest=refused.nearest
    )
    waits = refused.wait or refused.status == status.HTTP_503_SERVICE_UNAVAILABLE
    headers = {"Retry-After": str(refused.wait or RETRY_AFTER)} if waits else {}
    return Response(body, status=refused.status, headers=headers)


def _raised(exc: exceptions.APIException, request_id: str) -> Response:
    """What DRF refused: shape, sign-in, permission, method, type, rate."""
    headers: dict[str, str] = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    fields = None
    message = str(exc.detail)
    if isinstance(exc, exceptions.ValidationError | exceptions.ParseError):
        fields = _flat(exc.detail)
        name, sentences = next(iter(fields.items()))
        message = f"{name}: {sentences[0]}"
    elif message == str(exc.default_detail):
        message = SENTENCES.get(exc.status_code, message)
    body = error_body(CODES.get(exc.status_code, "failed"), message, request_id=request_id, fields=fields)
    return Response(body, status=exc.status_code, headers=headers)


def refuse(request: HttpRequest, code: int, message: str = "") -> JsonResponse:
    """An error of the API outside any operation: an unknown address, a failure, a database that pauses."""
    body = error_body(
        CODES.get(code, "failed"),
        message or SENTENCES.get(code, "This cannot be done."),
        request_id=getattr(request, "request_id", ""),
    )
    answer = JsonResponse(body, status=code, headers={"Retry-After": RETRY_AFTER} if code == 503 else {})
    patch_cache_control(answer, no_store=True)
    return answer


def with_own_styles(response: Any) -> Any:
    """Let the page that an operation is shown on bring styles of its own. Scripts stay strict."""
    response._csp_update = {"style-src": ["'unsafe-inline'"]}
    return response


class Operation(APIView):
    """One address of the API. Each handler states its cache policy through `cache`.

    It is counted in `bucket`; without one as reading or writing.
    """

    parser_classes = (Json,)
    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer, Browsable)
    pagination_class = Pages
    cache: dict[str, Any] = {"no_store": True}
    bucket: Bucket | None = None

    def __init_subclass__(cls) -> None:
        """Raises ImproperlyConfigured for a bucket that there is not."""
        super().__init_subclass__()
        cls.bucket = named(cls.bucket) if cls.bucket else None

    def perform_authentication(self, request: Request) -> None:
        """Who sends a wrong token is nobody: it is counted for the address that it comes from."""
        try:
            super().perform_authentication(request)
        except exceptions.APIException:
            counted_in = None if self.bucket is Bucket.UNCOUNTED else self.bucket
            throttle.count(request._request, counted_in, person_id=lambda: None)
            raise

    def check_throttles(self, request: Request) -> None:
        """Count it for whoever it acts for: called when that is known, before anything is done."""
        throttle.count(request._request, self.bucket, person_id=lambda: request.user.pk)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Declare the cache policy of a good answer to GET; everything else is not stored.

        Nor is a page of the API: it names who is signed in.
        """
        done = super().finalize_response(request, response, *args, **kwargs)
        if not done.has_header("Cache-Control"):
            good = request.method in ("GET", "HEAD") and done.status_code == status.HTTP_200_OK
            good = good and isinstance(getattr(done, "accepted_renderer", None), JSONRenderer)
            patch_cache_control(done, **(self.cache if good else {"no_store": True}))
        # Errors too: which renderer shows one is known only here.
        shown = isinstance(getattr(done, "accepted_renderer", None), BrowsableAPIRenderer)
        return with_own_styles(done) if shown else done


def paged(
    operation: Operation,
    found: QuerySet[Any],
    shape: type[serializers.BaseSerializer[Any]],
    context: dict[str, Any] | None = None,
) -> Response:
    """One page of a list. Raises NotFound for a page that is not there."""
    pages = Pages()
    rows = pages.paginate_queryset(found, operation.request, view=operation)
    return pages.get_paginated_response(shape(rows, many=True, context=context or {}).data)
