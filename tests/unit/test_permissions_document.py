"""docs/permissions.md is what the code and the walked table say."""

from pathlib import Path

from tests.routes.walk import document

PRINTED = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_the_document_is_printed_from_the_table() -> None:
    assert PRINTED.read_text(encoding="utf-8") == document.as_markdown(), (
        "python -m tests.routes.walk.document > docs/permissions.md"
    )
