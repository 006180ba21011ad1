"""The product's numbers as a list: for staff to read, and for docs/policies.md."""

import inspect
import re
from dataclasses import dataclass

from instainstru.core import policy
from instainstru.core.measure import measure_operation

LINE = re.compile(r"^(?:# (?P<section>[A-Z].*)|(?P<name>[A-Z][A-Z_]+) = .*?(?:  # (?P<note>.*))?)$")


@dataclass(frozen=True)
class Rule:
    """One named value, and what is said beside it."""

    section: str
    name: str
    value: str
    note: str

    @property
    def label(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ").capitalize()


@measure_operation
def listed() -> list[Rule]:
    """Every named value of the policy module, in its order, under the heading that it stands under there."""
    rules, section = [], ""
    for line in inspect.getsource(policy).splitlines():
        found = LINE.match(line)
        if found and found["section"]:
            section = found["section"]
        elif found and section:
            rules.append(Rule(section, found["name"], str(getattr(policy, found["name"])), found["note"] or ""))
    return rules


@measure_operation
def as_markdown() -> str:
    """The same as docs/policies.md."""
    lines = ["# The product's numbers", "", "Printed by `python manage.py print_policies > docs/policies.md`."]
    section = ""
    for rule in listed():
        if rule.section != section:
            section = rule.section
            lines += ["", f"## {section}", "", "| name | value | |", "|---|---|---|"]
        lines.append(f"| `{rule.name}` | {rule.value} | {rule.note} |")
    return "\n".join(lines) + "\n"
