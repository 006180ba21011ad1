"""The table that `make bench` prints."""

from bench.report import Line, table


def test_a_line_says_median_worst_bare_sql_and_how_many_times_that_it_is():
    runs = [0.010] * 18 + [0.020, 0.030]
    assert table([Line("saving a week", runs, [0.004, 0.005, 0.006], "10 statements")]).splitlines() == [
        "               runs  median ms  p95 ms  bare SQL ms  ratio",
        "saving a week    20       10.0    29.5          5.0   2.0x  10 statements",
    ]
