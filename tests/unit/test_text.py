"""Text as people read it."""

import pytest

from instainstru.core.text import readable


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Piano for all", "Piano for all"),
        ("  Piano\n for\tall ", "Piano for all"),
        ("\u202eOLLEH", "OLLEH"),
        ("\u200b\u2060", ""),
        ("\u200d", ""),
        ("👩\u200d🏫 teaches", "👩\u200d🏫 teaches"),
        ("Größe, naïve, 钢琴", "Größe, naïve, 钢琴"),
    ],
)
def test_one_line_holds_what_can_be_seen(typed, read):
    assert readable(typed, lines=False) == read


def test_several_lines_stay_lines():
    assert readable("One\r\n\r\nTwo\u202e\n", lines=True) == "One\n\nTwo"
