"""What a measured operation counts and says."""

import logging
from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY

from instainstru.core import policy
from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_bulk, measure_operation


class Spilled(Exception):
    """Something nobody meant."""


@measure_operation
def pour(*, cups: int, names: Sequence[str] = ()) -> int:
    """Tea, until there is none."""
    if cups < 0:
        raise NotFound
    if cups > 2:
        raise Spilled
    return cups


def counted(outcome: str) -> float:
    labels = {"operation": f"{__name__}.pour", "outcome": outcome}
    return REGISTRY.get_sample_value("instainstru_operation_seconds_count", labels) or 0


def test_a_call_that_works_is_counted_and_answers_as_before():
    before = counted("ok")
    assert pour(cups=2) == 2
    assert counted("ok") == before + 1


@pytest.mark.parametrize(("cups", "raised", "outcome"), [(-1, NotFound, "not_found"), (3, Spilled, "error")])
def test_a_call_that_fails_is_counted_by_its_reason_and_raises_as_before(cups, raised, outcome):
    before = counted(outcome)
    with pytest.raises(raised):
        pour(cups=cups)
    assert counted(outcome) == before + 1


def test_a_quick_call_says_nothing(caplog):
    with caplog.at_level(logging.WARNING):
        pour(cups=1)
    assert not caplog.records


def test_a_slow_call_is_logged_with_the_types_of_its_arguments_never_their_values(caplog, monkeypatch):
    monkeypatch.setattr(policy, "SLOW_OPERATION_MS", -1)
    with caplog.at_level(logging.WARNING), pytest.raises(NotFound):
        pour(cups=-12345, names=["Sam", "Ana"])
    (line,) = (record.getMessage() for record in caplog.records)
    assert f"slow operation {__name__}.pour" in line
    assert "not_found, {'cups': 'int', 'names': 'list[2]'}" in line
    assert "12345" not in line
    assert "Sam" not in line


def test_a_measured_function_keeps_its_name_and_promise():
    assert (pour.__name__, pour.__doc__) == ("pour", "Tea, until there is none.")


def test_bulk_work_is_counted_and_never_called_slow(caplog, monkeypatch):
    monkeypatch.setattr(policy, "SLOW_OPERATION_MS", -1)

    @measure_bulk
    def steep() -> int:
        return 1

    with caplog.at_level(logging.WARNING):
        assert steep() == 1
    assert not caplog.records
