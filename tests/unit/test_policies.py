"""docs/policies.md is what the policy module says."""

from pathlib import Path

from django.core.management import call_command

from instainstru.core import policy
from instainstru.core.services import policies

PRINTED = Path(__file__).resolve().parents[2] / "docs" / "policies.md"


def test_the_document_is_printed_from_the_module() -> None:
    assert PRINTED.read_text(encoding="utf-8") == policies.as_markdown(), (
        "python manage.py print_policies > docs/policies.md"
    )


def test_every_named_value_is_listed() -> None:
    named = {name for name in vars(policy) if name.isupper()} - {"NEW_YORK", "STEP"}  # these two come from core.time
    assert {rule.name for rule in policies.listed()} == named


def test_the_command_prints_the_document(capsys) -> None:
    call_command("print_policies")
    assert capsys.readouterr().out == PRINTED.read_text(encoding="utf-8")
