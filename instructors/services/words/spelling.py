"""What a mistyped word may have meant, and two words that were typed as one."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from instructors.services.words.fillers import FILLERS, PROTECTED, words_in
from instructors.services.words.tokens import Token, stem
from instructors.services.words.vocabulary import Vocabulary

Alike = Callable[[Sequence[str], Sequence[str]], Mapping[str, Sequence[str]]]

SHORTEST = 4  # letters: too many short words are one letter from another
SHORTEST_PIECE = 3
# Words of the grammar that are mistyped as names are.
GRAMMAR = words_in("grammar_words.txt")
SOUNDS = ({"j", "y", "g"}, {"c", "k", "q"}, {"s", "z", "c"}, {"f", "p"}, {"i", "e"}, {"v", "w", "b"})


def corrected(tokens: Sequence[Token], unknown: Collection[str], vocabulary: Vocabulary, alike: Alike) -> list[Token]:
    """The same tokens with unknown words as what was meant: split where nothing was between two, or spelt right."""
    doubtful = {word for word in unknown if _may_be_wrong(word, vocabulary)}
    meant: dict[str, list[str]] = {word: split for word in doubtful if (split := pieces(word, vocabulary))}
    if misspelt := sorted(doubtful - meant.keys()):
        likely = alike(misspelt, sorted(vocabulary.words | GRAMMAR))
        meant |= {word: [best] for word in misspelt if (best := closest(word, likely.get(word, ())))}
    return [Token(word, token.start, token.end) for token in tokens for word in meant.get(token.word, [token.word])]


def _may_be_wrong(word: str, vocabulary: Vocabulary) -> bool:
    known = word in vocabulary.known or stem(word) in vocabulary.known or word in GRAMMAR
    return not (known or word in PROTECTED or stem(word) in PROTECTED) and len(word) >= SHORTEST and word.isascii()


def pieces(word: str, vocabulary: Vocabulary) -> list[str]:
    """The known words that a word is made of, a part of a subject's or a place's name among them; or none."""
    names = vocabulary.known
    known = names | {filler for filler in FILLERS if len(filler) > SHORTEST_PIECE} | GRAMMAR
    found = _split(word, known)
    return found if found and any(piece in names and piece not in FILLERS for piece in found) else []


def _split(word: str, known: Collection[str]) -> list[str]:
    for cut in range(len(word) - SHORTEST_PIECE, SHORTEST_PIECE - 1, -1):
        head, tail = word[:cut], word[cut:]
        if head in known:
            if tail in known:
                return [head, tail]
            if rest := _split(tail, known):
                return [head, *rest]
    return []


def closest(word: str, candidates: Iterable[str]) -> str:
    """The candidate that fewest slips of the finger lead from; empty when all are too far off to be meant."""
    near = [
        (_far(word, one), word[-1] != one[-1], -_shared_start(word, one), one)
        for one in candidates
        if _may_mean(word, one)
    ]
    far, _, _, best = min(near, default=(len(word), False, 0, ""))
    return best if far <= _slips(min(len(word), len(best))) else ""


def _far(word: str, candidate: str) -> int:
    """How many slips lie between two words; the same letters in another order are one."""
    return 1 if sorted(word) == sorted(candidate) else distance(word, candidate)


def _may_mean(word: str, candidate: str) -> bool:
    if len(candidate) < SHORTEST or abs(len(candidate) - len(word)) > 2:
        return False
    first, second = word[0], candidate[0]
    return (
        first == second
        or any(first in sound and second in sound for sound in SOUNDS)
        or (
            len(word) > SHORTEST
            and (sorted(word[:2]) == sorted(candidate[:2]) or candidate[1:] == word or word[1:] == candidate)
        )
    )


def _slips(length: int) -> int:
    return 1 if length < 7 else 2


def _shared_start(one: str, two: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def distance(one: str, two: str) -> int:
    """How many letters were left out, added, changed, or changed places."""
    before, last = list[int](), list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(two, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
