"""Text as people read it."""

import unicodedata

JOINER = "\u200d"  # makes one emoji of several
UNSEEN = {"Cc", "Cf"}  # controls, and marks such as those that turn the direction of what follows


def readable(text: str, *, lines: bool) -> str:
    """Text without what nobody sees, trimmed; in one line unless it may have several. Emoji stay whole."""
    kept = "".join(
        char if char == "\n" or char == JOINER or unicodedata.category(char) not in UNSEEN else " "
        for char in text.replace("\r\n", "\n")
    )
    told = kept if lines else " ".join(kept.split())
    return "" if not told.replace(JOINER, "").strip() else told.strip()
