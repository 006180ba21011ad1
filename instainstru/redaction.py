"""What must not be read in a log or an error report: secrets, and what says who somebody is, beyond ids."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

GONE = "[redacted]"
DEEPEST = 12

# A field of one of these names says nothing, whatever it holds.
NAMES = re.compile(
    r"passw|secret|token|authorization|cookie|credential|session|csrf|api[_-]?key|\bdsn\b|signature"
    r"|e-?mail|recipient|phone|first_?name|last_?name|^(address|street|body|notes|subject|query|query_string|reply)$",
    re.IGNORECASE,
)
_BEFORE = (
    r"(?:passw\w{0,30}|secret\w{0,30}|\w{0,30}token|authorization|cookie|\w{0,30}session(?:id)?|csrf\w{0,30}"
    r"|api[_-]?key|signature)"
)
# In text, secrets are known by what stands around them, or by their looks. The order matters: an address with a
# password in it looks like an e-mail. Lengths are bounded: no text may take longer than its own length asks for.
IN_TEXT = (
    (re.compile(r"://[^/\s@]+@"), f"://{GONE}@"),
    (re.compile(r"\b(bearer|token|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {GONE}"),
    (
        re.compile(rf"({_BEFORE}[\"']?\s*[:=]\s*[\"']?)(?!{re.escape(GONE)})[^\s\"',;&}}]+", re.IGNORECASE),
        rf"\1{GONE}",
    ),
    (re.compile(r"[\w.+%'-]{1,64}@[\w-]+(?:\.[\w-]+)+"), GONE),
    (re.compile(r"/calendar/[^\s/?\"']+\.ics"), f"/calendar/{GONE}.ics"),
    (re.compile(r"(/key/|/confirm-email/)[^\s/?\"']+"), rf"\1{GONE}"),  # ways in that letters carry
    (re.compile(r"\?[\w%.\[\]-]+=[^\s\"'<>]*"), f"?{GONE}"),  # what somebody searched for
    (re.compile(r"\(?\b\d{3}\)?[ .-]\d{3}[.-]\d{4}\b|\+1\d{10}\b"), GONE),
    (re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])[\w-]{40,}(?![\w-])"), GONE),  # keys of programs: no word is that long
)


def redacted(value: Any, *, deep: int = 0) -> Any:
    """The same with secrets and people taken out; of an object that is no plain value, its type only."""
    if isinstance(value, str | Path | UUID):
        return in_text(str(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date | timedelta | Decimal):
        return str(value)
    if isinstance(value, Enum):
        return redacted(value.value, deep=deep)
    if deep >= DEEPEST:
        return GONE
    if isinstance(value, Mapping):
        return {str(name): field(str(name), inner, deep=deep + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(inner, deep=deep + 1) for inner in value]
    return f"<{type(value).__name__}>"


def field(name: str, value: Any, *, deep: int = 0) -> Any:
    """A field's value, or nothing of it where the field's name says that it is nobody's business."""
    return GONE if NAMES.search(name) and value is not None else redacted(value, deep=deep)


def in_text(text: str) -> str:
    """Text with everything taken out that looks like a secret or a person's address."""
    for looks, instead in IN_TEXT:
        text = looks.sub(instead, text)
    return text
