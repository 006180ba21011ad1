"""What two web processes count is one count, whichever of them is asked."""

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from accounts.permissions import Bundle
from accounts.services import tokens
from tests.factories import UserFactory
from tests.integration.test_supervisor import within
from tests.support.site import serving

ASKED_FOR_EACH_TOKEN = "accounts.services.tokens.use"


@dataclass(frozen=True)
class Web:
    """A running web server with two workers, asked by operations staff."""

    port: int
    token: str
    metrics: Path

    def get(self, address: str) -> tuple[int, str]:
        """Status and body of an answer, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Host": "localhost", "Authorization": f"Bearer {self.token}", "Connection": "close"}
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def answers(self) -> bool:
        """Whether it answers at all."""
        try:
            return self.get("/health/lite")[0] == 200
        except OSError:
            return False

    def process_asked(self) -> tuple[int, int]:
        """Which worker answers, and how many connections its pool may have."""
        said = json.loads(self.get("/api/database/pool-status")[1])
        return said["process"], said["pool"]["max"]

    def counted(self) -> float:
        """How many tokens were looked up, as Prometheus reads it."""
        families = text_string_to_metric_families(self.get("/metrics/prometheus")[1])
        samples = [sample for family in families for sample in family.samples]
        return sum(
            sample.value
            for sample in samples
            if sample.name == "instainstru_operation_seconds_count"
            and sample.labels["operation"] == ASKED_FOR_EACH_TOKEN
        )

    def counted_in_json(self) -> int:
        """The same, as /ops/performance reads it."""
        operations = json.loads(self.get("/ops/performance")[1])["operations"]
        return next(int(one["count"]) for one in operations if one["operation"] == ASKED_FOR_EACH_TOKEN)


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[Web]:
    """gunicorn as in production, on this test's database, where an earlier run left its counts."""
    operator = UserFactory.create(is_staff=True, bundles=[Bundle.OPERATIONS])
    token = tokens.issue(person=operator, now=datetime.now(UTC)).token
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"left by an earlier run, and not even whole")
    with serving(tmp_path) as port:
        yield Web(port, token, folder)


def test_counts_of_two_workers_are_added_and_outlive_a_worker(web: Web) -> None:
    assert not (web.metrics / "counter_1.db").exists()
    asked = 0
    seen: set[int] = set()
    deadline = time.monotonic() + 60
    with ThreadPoolExecutor(8) as people:
        while len(seen) < 2 and time.monotonic() < deadline:
            answers = list(people.map(lambda _: web.process_asked(), range(16)))
            asked += len(answers)
            seen |= {process for process, _ in answers}
            assert {most for _, most in answers} == {8}
    assert len(seen) == 2

    for _ in range(6):  # whoever is asked; each asking is counted before it is answered
        asked += 1
        assert web.counted() == asked
        asked += 1
        assert web.counted_in_json() == asked

    os.kill(seen.pop(), signal.SIGKILL)
    assert within(20, web.answers)
    assert web.counted() == asked + 1
