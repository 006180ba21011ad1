"""The operator's addresses: what they say, to whom, and that nothing broken keeps them waiting."""

import logging
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from celery.app.task import Context
from django.db import OperationalError, connection, connections
from django.test import Client
from prometheus_client import Counter, Histogram
from prometheus_client.parser import text_string_to_metric_families
from structlog.contextvars import bound_contextvars

from accounts.permissions import Bundle
from instainstru.core import tasks
from instainstru.core.models import OutboxMessage
from instainstru.core.services import heartbeat
from instainstru.ops.repositories import database
from instainstru.ops.services import metrics as counts
from instainstru.ops.services import performance, queue, requests
from tests.factories import UserFactory
from tests.fixtures import book

MONITORS = ("/ops/performance", "/api/redis/stats", "/api/database/pool-status", "/metrics/prometheus")
HEALTH = ("/health", "/health/lite")


@pytest.fixture
def operator(db):
    """Operations staff, and nothing else."""
    return UserFactory(first_name="Otto", is_staff=True, bundles=[Bundle.OPERATIONS])


@pytest.fixture
def alive(db):
    """A worker has just given a sign of life."""
    heartbeat.beat(now=datetime.now(UTC))


@pytest.fixture
def redis_at(settings, monkeypatch):
    """Cache and queue are somewhere else."""

    def move(path) -> None:
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{path}?db=0"}}
        monkeypatch.setattr(current_app.conf, "broker_url", f"redis+socket://{path}?virtual_host=1")

    return move


@pytest.fixture
def no_database(monkeypatch):
    """New connections find nobody, and this test's own is never asked for one."""

    def gone() -> None:
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
        monkeypatch.setattr(connections["default"], "cursor", lambda *_: pytest.fail("the database was asked"))

    return gone


def parts(answer) -> dict[str, str]:
    return {name: part["says"] for name, part in answer.json()["parts"].items()}


def metrics(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


# Who may ask


@pytest.mark.parametrize("address", [*HEALTH, *MONITORS])
def test_each_address_answers_exactly_so_with_and_without_its_slash(address, api, operator, alive):
    client = api(operator)
    for asked in (address, f"{address}/"):
        answer = client.get(asked)
        assert (asked, answer.status_code) == (asked, 200)
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", MONITORS)
def test_numbers_are_for_operations_staff(address, api, operator, sam, stella):
    guest = api().get(address)
    assert (guest.status_code, guest.json()["error"]["code"]) == (401, "not_signed_in")
    assert guest["WWW-Authenticate"].startswith("Bearer")
    support = UserFactory(is_staff=True, bundles=[Bundle.SUPPORT])
    for person in (sam, support):
        refused = api(person).get(address)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
        assert refused["Cache-Control"] == "no-store"
    for person in (operator, stella):
        assert api(person).get(address).status_code == 200


def test_a_session_does_as_well_as_a_token(visit, operator):
    assert [visit(operator).get(address).status_code for address in MONITORS] == [200] * 4


@pytest.mark.parametrize("accept", ["text/html", "application/json", "image/png", "*/*", "nonsense"])
def test_programs_get_json_whatever_they_accept(accept, api, operator, alive):
    for address in (*HEALTH, *MONITORS[:3]):
        answer = api(operator).get(address, headers={"Accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


# Prometheus' own token


@pytest.fixture
def scraper(settings, api):
    """Prometheus: it comes with the token of the environment, or with what a test gives it."""
    settings.METRICS_TOKEN = "a-token-of-the-environment"

    def come(token="a-token-of-the-environment", scheme="Bearer"):
        client = api()
        client.credentials(HTTP_AUTHORIZATION=f"{scheme} {token}")
        return client

    return come


def test_prometheus_reads_with_its_token_and_is_nobody(scraper, db):
    answer = scraper().get("/metrics/prometheus")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("address", MONITORS[:3])
def test_its_token_opens_nothing_else(address, scraper, db):
    assert scraper().get(address).status_code == 401


@pytest.mark.parametrize(
    ("token", "scheme"),
    [("a-token-of-the-environmen", "Bearer"), ("", "Bearer"), ("a-token-of-the-environment", "Basic")],
)
def test_a_wrong_token_reads_nothing(token, scheme, scraper, db):
    assert scraper(token, scheme).get("/metrics/prometheus").status_code == 401


@pytest.mark.parametrize("token", ["", "None"])
def test_where_no_token_is_set_none_is_right(token, settings, scraper, db):
    client = scraper(token)
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics/prometheus").status_code == 401


# Health


def test_a_site_that_is_well_says_which_it_is(visit, alive):
    answer = visit().get("/health")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["status"], said["failed"]) == ("ok", [])
    assert parts(answer) == dict.fromkeys(("database", "migrations", "cache", "broker", "worker"), "ok")
    assert said["version"]
    assert set(said) == {"status", "failed", "parts", "version", "commit"}


def test_with_redis_dead_health_names_what_failed_and_lite_does_not_care(visit, alive, redis_at, tmp_path):
    redis_at(tmp_path / "nobody")
    answer = visit().get("/health")
    assert answer.status_code == 503
    assert answer.json()["failed"] == ["cache", "broker", "worker"]
    assert (parts(answer)["cache"], parts(answer)["broker"]) == ("no answer", "no answer")
    assert parts(answer)["worker"] == "not known without the cache"
    assert parts(answer)["database"] == "ok"
    assert visit().get("/health/lite").json() == {"status": "ok"}


def test_a_redis_that_hangs_keeps_health_waiting_about_a_second(visit, sam, redis_at, tmp_path):
    browser = visit(sam)  # its cookie must not make anybody load a session
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent"))
        silent.listen(50)
        redis_at(tmp_path / "silent")
        began = time.perf_counter()
        assert browser.get("/health").status_code == 503
        assert time.perf_counter() - began < 2
        began = time.perf_counter()
        assert browser.get("/health/lite").status_code == 200
        assert time.perf_counter() - began < 0.3


def test_with_the_database_dead_health_says_so_and_lite_does_not_care(visit, sam, alive, no_database):
    for browser in (visit(), visit(sam)):
        no_database()
        answer = browser.get("/health")
        assert answer.status_code == 503
        assert answer.json()["failed"] == ["database", "migrations"]
        assert parts(answer)["migrations"] == "not known without the database"
        assert "nowhere" not in answer.text
        assert browser.get("/health/lite").status_code == 200
        connections["default"].__dict__.pop("cursor", None)


def test_a_worker_that_fell_silent_is_named(visit):
    assert parts(visit().get("/health"))["worker"] == "no sign of life"
    heartbeat.beat(now=datetime.now(UTC) - timedelta(seconds=91))
    answer = visit().get("/health")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["worker"])
    assert parts(answer)["worker"].startswith("last sign of life 91 s ago")


@pytest.mark.parametrize(("missing", "told"), [(1, "a.1"), (7, "a.1, a.2, a.3, a.4, a.5 and 2 more")])
def test_migrations_that_were_not_applied_are_named(visit, alive, monkeypatch, missing, told):
    monkeypatch.setattr(database, "unapplied_migrations", lambda: [f"a.{n + 1}" for n in range(missing)])
    answer = visit().get("/health")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["migrations"])
    assert parts(answer)["migrations"] == f"not applied: {told}"


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_is_not_there_is_found():
    assert database.unapplied_migrations() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'bookings' AND name = '0002_initial' RETURNING applied"
        )
        (applied,) = cursor.fetchone()
        try:
            assert database.unapplied_migrations() == ["bookings.0002_initial"]
        finally:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('bookings', '0002_initial', %s)", [applied]
            )


def test_the_beat_asks_for_signs_of_life_that_health_believes(visit):
    due = [entry for entry in current_app.conf.beat_schedule.values() if entry["task"] == "core.heartbeat"]
    assert [entry["schedule"] for entry in due] == [30.0]
    assert tasks.give_sign_of_life.name == "core.heartbeat"
    tasks.give_sign_of_life()
    assert visit().get("/health").status_code == 200


# Numbers


def speed_of(client: Any, operation: str) -> dict[str, Any]:
    found = [one for one in client.get("/ops/performance").json()["operations"] if one["operation"] == operation]
    return found[0] if found else {"count": 0, "errors": 0, "refused": {}}


def test_performance_counts_each_operation_with_its_refusals(api, operator, ana_teaches_piano, sam, ana):
    client, name = api(operator), "bookings.services.booking.book_lesson"
    before = speed_of(client, name)
    book(sam, ana_teaches_piano, at="15:00")
    assert api(ana).post("/api/bookings/", {**ASKED, "service": ana_teaches_piano.pk}).status_code == 400
    after = speed_of(client, name)
    assert after["count"] == before["count"] + 2
    assert after["errors"] == before["errors"]
    assert after["refused"]["own_lesson"] == before["refused"].get("own_lesson", 0) + 1
    assert 0 < after["p50_ms"] <= after["p95_ms"] <= after["p99_ms"]


ASKED = {"booking_date": "2027-03-02", "start_time": "18:00", "duration_minutes": 60, "place": "online"}


def test_performance_shows_the_slowest_statements_without_their_values(api, operator):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'a secret' AS told, pg_sleep(0.6)")
    said = api(operator).get("/ops/performance").json()
    slowest = said["slow_statements"][0]
    assert "pg_sleep" in slowest["statement"]
    assert slowest["mean_ms"] >= 600
    assert "secret" not in str(said)
    assert "histogram" in said["method"]


def test_performance_goes_without_statements_where_nobody_counts_them(api, operator):
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_stat_statements")
    answer = api(operator).get("/ops/performance")
    assert (answer.status_code, answer.json()["slow_statements"]) == (200, None)


def test_performance_names_the_slowest_requests_by_route(api, operator, monkeypatch):
    latency = Histogram(performance.LATENCY, "", ["view", "method"], buckets=(0.1, 1.0), registry=None)
    responses = Counter(performance.RESPONSES, "", ["status", "view", "method"], registry=None)
    for method, seconds in [("GET", 0.5)] * 8 + [("POST", 0.5), ("POST", 5)]:
        latency.labels("a:slow", method).observe(seconds)
    latency.labels("a:quick", "GET").observe(0.01)
    for status in ("200", "404", "500", "503"):
        responses.labels(status, "a:slow", "GET").inc()
    monkeypatch.setattr(counts, "counted", lambda: [*latency.collect(), *responses.collect()])
    slow, quick = api(operator).get("/ops/performance").json()["slow_requests"]
    assert slow == {"view": "a:slow", "count": 10, "errors": 2, "p50_ms": 600.0, "p95_ms": 1000.0, "p99_ms": 1000.0}
    assert (quick["view"], quick["count"], quick["errors"]) == ("a:quick", 1, 0)


def test_performance_knows_the_requests_that_were_made(api, operator):
    api(operator).get("/health/lite")
    slow = api(operator).get("/ops/performance").json()["slow_requests"]
    assert 0 < len(slow) <= performance.SLOWEST
    assert [one["p95_ms"] for one in slow] == sorted((one["p95_ms"] for one in slow), reverse=True)
    assert {performance.LATENCY, performance.RESPONSES} <= {metric.name for metric in counts.counted()}
    assert all(0 < one["p50_ms"] <= one["p95_ms"] <= one["p99_ms"] for one in slow)


def test_redis_numbers(api, operator):
    before = api(operator).get("/api/redis/stats").json()
    heartbeat.last()
    after = api(operator).get("/api/redis/stats").json()
    assert after["misses"] > before["misses"]
    assert after["version"]
    assert after["most_bytes"] > after["used_bytes"] > 0


def test_redis_numbers_of_a_dead_redis_are_503(api, operator, redis_at, tmp_path):
    client = api(operator)
    redis_at(tmp_path / "nobody")
    answer = client.get("/api/redis/stats")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_answer")


def test_connections_of_a_process_without_a_pool(api, operator):
    said = api(operator).get("/api/database/pool-status").json()
    assert said["pool"] is None
    assert said["connections"]["active"] >= 1
    assert said["connections"]["most"] == 100


def test_connections_of_a_process_with_a_pool(monkeypatch):
    own = connection.copy()
    own.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 3, "timeout": 5}
    monkeypatch.setattr(database, "connection", own)
    try:
        own.ensure_connection()
        kept = database.pool()
        assert kept is not None
        assert (kept.min, kept.max, kept.waiting, kept.timeouts) == (1, 3, 0, 0)
        assert kept.available < kept.size <= 3
    finally:
        own.close()
        own.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's connection has one


def test_prometheus_reads_requests_operations_and_the_outbox(api, operator, ana_teaches_piano, sam, alive):
    book(sam, ana_teaches_piano, at="15:00")
    now = datetime.now(UTC)
    OutboxMessage.objects.update(created_at=now - timedelta(minutes=5))
    told = OutboxMessage.objects.earliest("id")
    OutboxMessage.objects.filter(pk=told.pk).update(given_up_at=now)
    answer = api(operator).get("/metrics/prometheus")
    assert answer["Content-Type"].startswith("text/plain; version=")
    read = metrics(answer.text)
    label = frozenset({("operation", "bookings.services.booking.book_lesson"), ("outcome", "ok")})
    assert read["instainstru_operation_seconds_count", label] >= 1
    assert read["instainstru_outbox_waiting_letters", frozenset()] == 1
    assert 300 <= read["instainstru_outbox_oldest_seconds", frozenset()] < 330
    assert read["instainstru_outbox_given_up_letters", frozenset()] == 1
    assert 0 <= read["instainstru_worker_heartbeat_age_seconds", frozenset()] < 30
    assert read["django_http_requests_before_middlewares_total", frozenset()] >= 1


def test_prometheus_reads_what_became_of_tries_to_book(api, operator, ana_teaches_piano, sam, ana):
    client = api(operator)

    def tries(outcome):
        return metrics(client.get("/metrics/prometheus").text).get((BOOKINGS, frozenset({("outcome", outcome)})), 0)

    made, own = tries("made"), tries("own_lesson")
    book(sam, ana_teaches_piano, at="15:00")
    api(ana).post("/api/bookings/", {**ASKED, "service": ana_teaches_piano.pk})
    assert (tries("made"), tries("own_lesson")) == (made + 1, own + 1)


BOOKINGS = "instainstru_bookings_total"


def test_prometheus_reads_queues_tasks_and_the_database(api, operator, broker_of_its_own):
    tasks.give_sign_of_life.apply()
    current_app.send_task("core.heartbeat")
    current_app.send_task("core.heartbeat")
    read = metrics(api(operator).get("/metrics/prometheus").text)
    waiting = {labels: value for (name, labels), value in read.items() if name == "instainstru_queue_messages"}
    assert set(waiting) == {frozenset({("queue", name)}) for name in current_app.amqp.queues}
    assert sum(waiting.values()) == 2
    ran = {("task", "core.heartbeat"), ("state", "success")}
    assert read["instainstru_task_seconds_count", frozenset(ran)] == 1
    assert read["instainstru_task_seconds_bucket", frozenset(ran | {("le", "300.0")})] == 1
    assert 0 < read["instainstru_task_seconds_sum", frozenset(ran)] < 5
    assert read["instainstru_database_connections", frozenset({("state", "active")})] >= 1
    assert read["instainstru_database_connections_most", frozenset()] == 100
    assert read["instainstru_database_size_bytes", frozenset()] > 1_000_000
    assert read["instainstru_database_transactions_total", frozenset({("end", "commit")})] > 0
    assert read["instainstru_database_deadlocks_total", frozenset()] >= 0
    assert read["instainstru_disk_size_bytes", frozenset()] > read["instainstru_disk_free_bytes", frozenset()] > 0
    assert parts_up(read) == {"database": 1, "broker": 1, "cache": 1}


def test_a_task_carries_the_name_of_its_request_through_the_broker(broker_of_its_own):
    with bound_contextvars(request_id="from-the-edge-1"):
        current_app.send_task("core.heartbeat")
    with current_app.connection_for_read() as connection:
        taken = [connection.default_channel.basic_get(name, no_ack=True) for name in current_app.amqp.queues]
    (message,) = [message for message in taken if message]
    assert Context(message.headers).request_id == "from-the-edge-1"


@pytest.fixture
def broker_of_its_own(settings):
    """The queue is empty before and after."""

    def empty():
        with current_app.connection_for_write() as connection:
            for name in current_app.amqp.queues:
                connection.default_channel.client.delete(name)

    empty()
    yield
    empty()


def parts_up(read: dict[tuple[str, frozenset[tuple[str, str]]], float]) -> dict[str, float]:
    return {dict(labels)["part"]: value for (name, labels), value in read.items() if name == "instainstru_part_up"}


def test_with_redis_dead_prometheus_reads_the_rest(api, operator, redis_at, tmp_path):
    client = api(operator)
    redis_at(tmp_path / "nobody")
    queue.note(task="core.heartbeat", state="success", seconds=0.1)  # what cannot be counted is done all the same
    read = metrics(client.get("/metrics/prometheus").text)
    assert parts_up(read) == {"database": 1, "broker": 0, "cache": 0}
    assert read["instainstru_outbox_waiting_letters", frozenset()] == 0


def test_with_the_database_dead_prometheus_reads_the_rest(scraper, monkeypatch, db):
    def gone():
        raise OperationalError("no")

    monkeypatch.setattr(database, "connections", gone)
    read = metrics(scraper().get("/metrics/prometheus").text)
    assert parts_up(read) == {"database": 0, "broker": 1, "cache": 1}
    assert ("instainstru_outbox_waiting_letters", frozenset()) not in read


def test_answers_are_counted_by_status_whatever_answered(api, operator, visit):
    def refused():
        read = metrics(api(operator).get("/metrics/prometheus").text)
        return read.get(("instainstru_responses_total", frozenset({("status", "413")})), 0)

    before = refused()
    assert visit().post("/health/lite", headers={"Content-Length": "99999999"}).status_code == 413
    assert refused() == before + 1


def test_the_pool_of_a_process_is_told(monkeypatch, db):
    monkeypatch.setattr(database, "pool", lambda: database.Pool(1, 8, 5, 3, 2, 4))
    requests.note(status=200)
    told = {sample.name: sample.value for gauge in POOL for metric in gauge.collect() for sample in metric.samples}
    assert told == {
        "instainstru_pool_connections_most": 8,
        "instainstru_pool_waiting_requests": 2,
        "instainstru_pool_timeouts": 4,
    }
    states = {sample.labels["state"]: sample.value for metric in requests.POOL.collect() for sample in metric.samples}
    assert states == {"open": 5, "free": 3}


POOL = (requests.POOL_MOST, requests.WAITING, requests.TIMEOUTS)


def access_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    told = ("method", "route", "status", "ms")
    return [
        {name: getattr(record, name) for name in told}
        for record in caplog.records
        if record.name == "instainstru.access"
    ]


def test_each_request_leaves_one_line_without_its_address_and_query(caplog, visit, sam, db):
    with caplog.at_level(logging.INFO, logger="instainstru.access"):
        visit(sam).get("/lessons/?q=sam@example.com")
        visit().get("/nowhere/secret-in-the-address")
    first, second = access_lines(caplog)
    assert first.pop("ms") > 0
    assert first == {"method": "GET", "route": "bookings:lessons", "status": 200}
    assert (second["route"], second["status"]) == ("", 404)
    assert "secret" not in caplog.text
    assert "sam" not in caplog.text


def test_an_empty_outbox_is_of_no_age_and_a_silent_worker_of_none(api, operator):
    read = metrics(api(operator).get("/metrics/prometheus").text)
    assert read["instainstru_outbox_waiting_letters", frozenset()] == 0
    assert read["instainstru_outbox_oldest_seconds", frozenset()] == 0
    assert ("instainstru_worker_heartbeat_age_seconds", frozenset()) not in read


def test_invented_methods_are_counted_together(api, operator, visit):
    browser: Client = visit()
    for method in ("BREW", "WHEN", "PROPFIND"):
        assert browser.generic(method, "/health/lite").status_code == 405
    text = api(operator).get("/metrics/prometheus").text
    assert "BREW" not in text
    assert 'method="<invalid method>"' in text


def test_staff_read_the_numbers_of_the_rules_as_they_are(visit, operator):
    page = visit(operator).get("/ops/policies/").content.decode()
    for said in ("Horizon days", "90", "Founding instructors", "Padding around a lesson"):
        assert said in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
