"""Percentiles from a histogram, and which release this is."""

import pytest

from instainstru.core.measure import BUCKETS
from instainstru.ops.services.performance import percentile
from instainstru.ops.services.release import checked_out

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("share", "edges", "seconds"),
    [
        (50, {0.1: 10, 0.2: 10, INFINITE: 10}, 0.05),  # evenly in the first bucket
        (95, {0.1: 90, 0.2: 100, INFINITE: 100}, 0.15),
        (50, {0.1: 0, 0.2: 4, 0.5: 4, INFINITE: 4}, 0.15),  # an empty bucket below
        (50, {0.1: 0, 0.2: 0, 0.5: 2, INFINITE: 2}, 0.35),
        (100, {0.1: 1, 0.2: 2, INFINITE: 2}, 0.2),
        (99, {0.1: 1, 0.2: 1, INFINITE: 2}, 0.2),  # nothing is known beyond the last edge
        (50, {0.1: 0, INFINITE: 0}, 0.0),
        (50, {}, 0.0),
    ],
)
def test_a_percentile_lies_in_its_bucket(share, edges, seconds):
    assert percentile(share, edges) == pytest.approx(seconds)


def test_the_buckets_reach_from_a_statement_to_what_nobody_waits_for():
    assert list(BUCKETS) == sorted(BUCKETS)
    assert (BUCKETS[0], BUCKETS[-1]) == (0.001, 10.0)


def test_the_commit_of_a_repository(tmp_path):
    assert checked_out(tmp_path) == ""  # no repository
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    assert checked_out(tmp_path) == ""  # a branch without a commit
    (tmp_path / "packed-refs").write_text("# pack-refs with: peeled\nabc123 refs/heads/main\nfff refs/heads/other\n")
    assert checked_out(tmp_path) == "abc123"
    (tmp_path / "refs/heads").mkdir(parents=True)
    (tmp_path / "refs/heads/main").write_text("def456\n")
    assert checked_out(tmp_path) == "def456"
    (tmp_path / "HEAD").write_text("0123456789abcdef\n")
    assert checked_out(tmp_path) == "0123456789abcdef"
