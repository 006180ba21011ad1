"""What `@measure_operation` costs a call, as a web process pays it: with the folder that several processes share.

    .venv/bin/python bench/measuring.py

Prints microseconds a call, beyond what the bare function takes: the best of nine rounds of 100,000, which is the one
that other processes disturbed least. It has to stay below 10.
"""

import os
import sys
import tempfile
import timeit
from pathlib import Path

CALLS, ROUNDS = 100_000, 9

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "instainstru.settings"


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read while the client of Prometheus is imported
        from instainstru.core.measure import measure_operation  # noqa: PLC0415

        def bare(*, number: int) -> int:
            return number

        measured = measure_operation(bare)
        bare_takes = min(timeit.repeat(lambda: bare(number=1), number=CALLS, repeat=ROUNDS))
        takes = min(timeit.repeat(lambda: measured(number=1), number=CALLS, repeat=ROUNDS))
        sys.stdout.write(f"{(takes - bare_takes) / CALLS * 1e6:.2f} µs a call\n")


if __name__ == "__main__":
    main()
