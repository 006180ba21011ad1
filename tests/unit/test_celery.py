"""The queue's table: which task goes where, how long it may take, and what happens to one whose worker dies."""

import pytest
from django.db import InterfaceError, OperationalError
from redis.exceptions import ConnectionError as RedisAway

from accounts.services import tokens
from bookings.services import completing, reminders
from instainstru.celery import LONGEST_TASK, app
from instainstru.core.services import audit, heartbeat, outbox
from instainstru.core.tasks import deliver_outbox
from instructors.services import horizon, offers

app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if not name.startswith("celery."))


def test_there_are_queues_for_mail_calendar_and_maintenance() -> None:
    assert set(app.amqp.queues) == {"mail", "calendar", "maintenance"}
    assert {name: app.amqp.router.route({}, name)["queue"].name for name in OURS} == {
        "accounts.forget_tokens": "maintenance",
        "bookings.complete_lessons": "calendar",
        "bookings.remind": "mail",
        "core.deliver_outbox": "mail",
        "core.heartbeat": "maintenance",
        "core.prune_audit": "maintenance",
        "core.prune_outbox": "maintenance",
        "instructors.refresh_search": "calendar",
        "instructors.roll_forward": "calendar",
    }


@pytest.mark.parametrize("name", OURS)
def test_a_task_outlives_its_worker_and_ends_in_time(name: str) -> None:
    task = app.tasks[name]
    assert task.acks_late
    assert task.reject_on_worker_lost
    soft = task.soft_time_limit or app.conf.task_soft_time_limit
    hard = task.time_limit or app.conf.task_time_limit
    assert soft < hard <= LONGEST_TASK < app.conf.broker_transport_options["visibility_timeout"]


@pytest.mark.parametrize("away", [OperationalError("x"), InterfaceError("x"), RedisAway("x"), ConnectionResetError()])
def test_what_passes_by_itself_is_tried_again_after_growing_waits(
    monkeypatch: pytest.MonkeyPatch, away: Exception
) -> None:
    class Again(Exception):
        """What a task is told to be tried again with."""

    waits = []

    def retry(*, exc: Exception, countdown: int, **_: object) -> Again:
        waits.append(countdown)
        return Again()

    def fail(**_: object) -> None:
        raise away

    monkeypatch.setattr(outbox, "deliver_due", fail)
    monkeypatch.setattr(deliver_outbox, "retry", retry)
    longest = []
    for tries in range(5):
        monkeypatch.setattr("random.randrange", lambda most: most - 1)  # jitter draws from 0 to the full wait
        deliver_outbox.push_request(retries=tries)
        with pytest.raises(Again):
            deliver_outbox.run()
        deliver_outbox.pop_request()
        longest.append(waits[-1])
    assert longest == [2, 4, 8, 16, 32]


def test_a_mistake_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise KeyError

    monkeypatch.setattr(outbox, "deliver_due", fail)
    with pytest.raises(KeyError):
        deliver_outbox()


def test_each_task_of_the_schedule_calls_its_service(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    for module, name in (
        (completing, "complete_due"),
        (reminders, "post_due"),
        (heartbeat, "beat"),
        (horizon, "forget_past"),
        (horizon, "extend"),
        (offers, "publish_all"),
        (outbox, "deliver_due"),
        (outbox, "prune"),
        (tokens, "forget_expired"),
        (audit, "prune"),
    ):
        monkeypatch.setattr(module, name, lambda name=name, **_: called.append(name))
    for entry in app.conf.beat_schedule.values():
        app.tasks[entry["task"]]()
    assert sorted(called) == [
        "beat",
        "complete_due",
        "deliver_due",
        "extend",
        "forget_expired",
        "forget_past",
        "post_due",
        "prune",
        "prune",
        "publish_all",
    ]


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_what_is_called_often_does_not_pile_up_behind_a_worker_that_is_away(name: str) -> None:
    entry = app.conf.beat_schedule[name]
    if isinstance(entry["schedule"], float):
        assert entry["options"]["expires"] < entry["schedule"]
    elif "*/" in str(entry["schedule"]):
        assert entry["options"]["expires"] < 300
