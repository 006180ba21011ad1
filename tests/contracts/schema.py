"""The declared schema as a judge: OpenAPI 3.0 turned into JSON Schema, and strict about what is not declared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

METHODS = ("get", "put", "post", "patch", "delete")
formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _has_offset(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@formats.checks("uri")
def _is_absolute(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"https?://[^/]+/", value) is not None


def strict(node: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema, in which an object has the properties declared and no other."""
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    turned = {name: strict(inner) for name, inner in node.items() if name not in ("nullable", "example", "examples")}
    if "properties" in node:
        turned["properties"] = {name: strict(inner) for name, inner in node["properties"].items()}
        turned.setdefault("additionalProperties", False)
    return {"anyOf": [turned, {"type": "null"}]} if node.get("nullable") else turned


@dataclass(frozen=True)
class Operation:
    """One operation as the schema declares it."""

    method: str
    path: str
    declared: dict[str, Any]

    @property
    def name(self) -> str:
        """POST /api/bookings/, as the last lines of a walk call it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def statuses(self) -> list[int]:
        """What it says that it may answer."""
        return [int(status) for status in self.declared["responses"]]

    def parameters(self, where: str) -> list[dict[str, Any]]:
        """Its parameters in the path or in the query."""
        return [parameter for parameter in self.declared.get("parameters", ()) if parameter["in"] == where]

    def content(self, status: int | None = None) -> dict[str, Any] | None:
        """The declared JSON of an answer, or of the body that it takes; None where there is none."""
        holder = self.declared.get("requestBody", {}) if status is None else self.declared["responses"][str(status)]
        content: dict[str, Any] | None = holder.get("content", {}).get("application/json")
        return content

    def examples(self, status: int | None = None) -> list[Any]:
        """The worked examples of the same."""
        content = self.content(status) or {}
        return [example["value"] for example in content.get("examples", {}).values()]


class Contract:
    """All that the API declares."""

    def __init__(self) -> None:
        document = SchemaGenerator().get_schema(public=True)
        self._components = strict(document["components"])
        self.operations = [
            Operation(method, path, declared)
            for path, methods in document["paths"].items()
            for method, declared in methods.items()
            if method in METHODS
        ]

    def faults(self, value: Any, content: dict[str, Any]) -> Iterator[str]:
        """Where a value is not what some declared JSON says."""
        whole = {**strict(content["schema"]), "components": self._components}
        for fault in Draft202012Validator(whole, format_checker=formats).iter_errors(value):
            yield f"{fault.json_path}: {fault.message[:200]}"

    def optional(self, content: dict[str, Any]) -> Iterator[str]:
        """Properties of an answer that may be missing: nobody would notice when they are."""
        yield from self._optional(strict(content["schema"]), "$", ())

    def _optional(self, node: Any, at: str, inside: tuple[str, ...]) -> Iterator[str]:
        if isinstance(node, list):
            for inner in node:
                yield from self._optional(inner, at, inside)
        if not isinstance(node, dict):
            return
        if (name := node.get("$ref", "").rpartition("/")[2]) and name not in inside:
            yield from self._optional(self._components["schemas"][name], at, (*inside, name))
        for name, inner in node.get("properties", {}).items():
            if name not in node.get("required", ()):
                yield f"{at}.{name}"
            yield from self._optional(inner, f"{at}.{name}", inside)
        for key in ("items", "anyOf", "allOf", "oneOf"):
            yield from self._optional(node.get(key), at, inside)
