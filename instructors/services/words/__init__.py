"""Plain words: what a person types into one box becomes what is searched for. docs/search-words.md has the grammar."""

from instructors.services.words.reading import understand
from instructors.services.words.understood import Area, Understood

__all__ = ["Area", "Understood", "understand"]
