"""What a person finds on a page: links, buttons, and what its forms would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


def _is_sent(field: dict[str, str]) -> bool:
    """Whether a browser would send a field as it stands."""
    return "name" in field and (field.get("type") not in ("radio", "checkbox") or "checked" in field)


@dataclass
class Form:
    """A form as a browser would send it."""

    id: str
    action: str
    method: str
    data: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The parts of a page that tests ask for."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.buttons: list[dict[str, str]] = []
        self.text = ""
        self._open: Form | None = None
        self._area: str | None = None
        self.feed(answer.text)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, forms, fields and buttons."""
        has = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(has.get("href", ""))
        elif tag == "form":
            self._open = Form(has.get("id", ""), has.get("action", ""), has.get("method", "get"))
            self.forms.append(self._open)
        elif tag == "button":
            self.buttons.append(has)
        elif tag == "textarea":
            self._area = has["name"]
        elif tag == "input" and self._open is not None and _is_sent(has):
            self._open.data[has["name"]] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave forms and text areas."""
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        """Note what is read, and what is typed in a text area."""
        if self._area and self._open is not None:
            self._open.data[self._area] = self._open.data.get(self._area, "") + data.removeprefix("\n")
        self.text += f" {data}"

    def form(self, action: str) -> Form:
        """The form that goes to an address."""
        return next(form for form in self.forms if form.action == action)
