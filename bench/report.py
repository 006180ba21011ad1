"""What a measurement found, and the table that says it."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing measured: seconds of each run, and those of the bare SQL of the same change."""

    name: str
    runs: Sequence[float]
    bare: Sequence[float]
    note: str = ""


def timed(work: Callable[[], object]) -> float:
    """How many seconds some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def table(lines: Sequence[Line]) -> str:
    """The lines as a table, in milliseconds."""
    rows = [("", "runs", "median ms", "p95 ms", "bare SQL ms", "ratio", "")]
    for line in lines:
        median, bare = statistics.median(line.runs) * 1000, statistics.median(line.bare) * 1000
        worst = statistics.quantiles(line.runs, n=20)[-1] * 1000
        figures = (f"{median:.1f}", f"{worst:.1f}", f"{bare:.1f}", f"{median / bare:.1f}x")
        rows.append((line.name, str(len(line.runs)), *figures, line.note))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    shown = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        shown.append("  ".join([row[0].ljust(widths[0]), *cells, row[-1]]).rstrip())
    return "\n".join(shown)
