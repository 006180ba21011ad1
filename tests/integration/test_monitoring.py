"""What Prometheus and Grafana are told to look at is there: on the running site, after a day in a minute."""

import http.client
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from accounts.services import tokens
from instainstru.core import tasks
from instainstru.core.time import NEW_YORK
from instainstru.servers.folder import REPOSITORY
from tests.factories import UserFactory, teaching
from tests.support.site import serving

PROMETHEUS = REPOSITORY / "deploy" / "prometheus"
GRAFANA = REPOSITORY / "deploy" / "grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
TOKEN = "what-prometheus-comes-with"
PROMETHEUS_ITSELF_SAYS = {"up"}
# Labels whose values come with what happens, and a day in a minute does not bring all of it.
AS_IT_COMES = {"outcome", "status", "state", "job", "le"}
SELECTOR = re.compile(r"\b((?:instainstru|django)_[a-z0-9_]+|up)\b(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!=|!~|=)"([^"]*)"')


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels(dashboard: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(dashboard.read_text())["panels"]
    return found


def expressions() -> dict[str, str]:
    """Every expression by where it stands."""
    found = {f"alert {rule['alert']}": rule["expr"] for rule in alerts()}
    for dashboard in DASHBOARDS:
        for panel in panels(dashboard):
            found |= {
                f"{dashboard.stem}: {panel['title']} {target['refId']}": target["expr"] for target in panel["targets"]
            }
    return found


# The running site


Samples = dict[str, list[dict[str, str]]]


def ask(
    port: int, method: str, address: str, token: str = "", body: dict[str, object] | None = None
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Host": "localhost", "Connection": "close", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, address, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def live_a_day(port: int, ana: User, sam: User) -> None:
    """Search, look, press a time, book, be refused, and let a worker work."""
    now = datetime.now(UTC)
    service = teaching(ana, now=now)
    day = (now.astimezone(NEW_YORK) + timedelta(days=3)).date().isoformat()
    lesson: dict[str, object] = {
        "service": service.pk,
        "booking_date": day,
        "start_time": "15:00",
        "duration_minutes": 60,
        "place": "online",
    }
    key = {person: tokens.issue(person=person, now=now).token for person in (ana, sam)}
    assert ask(port, "GET", "/api/instructors/search/")[0] == 200
    assert ask(port, "GET", "/instructors/nobody-by-that-name/")[0] == 404
    assert ask(port, "GET", f"/book/{service.pk}/?date={day}&start=15:00&minutes=60&place=online")[0] == 302
    assert ask(port, "POST", "/api/bookings/", key[sam], lesson)[0] == 201
    assert ask(port, "POST", "/api/bookings/", key[ana], lesson)[0] == 400
    tasks.give_sign_of_life.apply()


@pytest.fixture
def scraped(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Samples:
    """What Prometheus reads from two web processes: every sample's labels, by its name."""
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    monkeypatch.setenv("STATIC_ROOT", str(tmp_path))  # without it whitenoise warns, past all logs
    people = [UserFactory.create(first_name=name) for name in ("Ana", "Sam")]
    with serving(tmp_path) as port:
        live_a_day(port, *people)
        status, text = ask(port, "GET", "/metrics/prometheus", TOKEN)
        assert status == 200
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def missing(expression: str, scraped: Samples) -> list[str]:
    """What an expression asks for and the site does not have: a metric, a label of it, a label's value."""
    gone = []
    for name, inside in SELECTOR.findall(expression):
        if name in PROMETHEUS_ITSELF_SAYS:
            continue
        labels = scraped.get(name)
        if labels is None:
            gone.append(name)
            continue
        for label, how, value in MATCHER.findall(inside):
            values = {one.get(label) for one in labels}
            if values == {None} or (how == "=" and label not in AS_IT_COMES and value not in values):
                gone.append(f"{name}{{{label}{how}{value}}}")
    return gone


def test_each_metric_of_each_panel_and_alert_is_on_the_running_site(scraped: Samples) -> None:
    lost = {where: gone for where, expression in expressions().items() if (gone := missing(expression, scraped))}
    assert lost == {}
    assert {"outcome": "made"} in scraped["instainstru_bookings_total"]
    assert {"outcome": "own_lesson"} in scraped["instainstru_bookings_total"]


def test_the_web_server_and_its_requests_write_lines_of_one_form(scraped: Samples, tmp_path: Path) -> None:
    lines = (tmp_path / "site.log").read_text().splitlines()
    logged = [line for line in lines if not line.startswith("database: ")]
    assert [line for line in logged if not re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z \[(info|warning) +\] ", line)] == []
    assert any("[gunicorn.error]" in line for line in logged)
    (booked,) = [line for line in logged if "route=api-bookings status=201" in line]
    assert "request_id=" in booked
    assert "user_id=" in booked


def test_what_is_not_there_would_be_missed() -> None:
    site: Samples = {"instainstru_queue_messages": [{"queue": "mail"}]}
    assert missing("instainstru_queue_message", site) == ["instainstru_queue_message"]
    assert missing('max(instainstru_queue_messages{queue="post"})', site) == ["instainstru_queue_messages{queue=post}"]
    assert missing('instainstru_queue_messages{line=~"a"}', site) == ["instainstru_queue_messages{line=~a}"]
    assert missing('sum(rate(instainstru_queue_messages{queue="mail"}[5m])) > up{job="x"}', site) == []


# The files


def test_every_expression_looks_at_something() -> None:
    assert len(expressions()) > 60
    assert [where for where, expression in expressions().items() if not SELECTOR.search(expression)] == []


def test_every_alert_says_how_bad_it_is_and_the_operators_book_says_what_to_do() -> None:
    book = (REPOSITORY / "docs" / "operations.md").read_text()
    for alert in alerts():
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert alert["annotations"]["summary"]
        assert f"**{alert['alert']}**" in book


def test_every_alert_is_tried() -> None:
    wrong = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"][1]
    tried = {sample["labels"] for sample in wrong["promql_expr_test"][0]["exp_samples"]}
    assert tried == {f'{{alertname="{alert["alert"]}"}}' for alert in alerts()}


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_can_be_loaded(dashboard: Path) -> None:
    read = json.loads(dashboard.read_text())
    assert read["uid"] == f"instainstru-{dashboard.stem}"
    ids = [panel["id"] for panel in read["panels"]]
    assert len(set(ids)) == len(ids) >= 6
    taken: set[tuple[int, int]] = set()
    for panel in read["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, f"{panel['title']} lies on another panel"
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"prometheus"}


def test_grafana_finds_prometheus_and_the_dashboards() -> None:
    sources = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"]
    assert [source["uid"] for source in sources] == ["prometheus"]
    providers = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "instainstru.yml").read_text())["providers"]
    assert providers[0]["options"]["path"] == "/var/lib/grafana/dashboards"


def test_prometheus_asks_the_right_address_with_a_token() -> None:
    (job,) = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    assert (job["job_name"], job["metrics_path"]) == ("instainstru", "/metrics/prometheus")
    assert job["authorization"] == {"credentials_file": "/run/secrets/metrics_token"}


PROMTOOL = shutil.which("promtool")
CHECKS = [
    ["check", "config", "--syntax-only", "prometheus.yml"],
    ["check", "rules", "alerts.yml"],
    ["test", "rules", "alerts_test.yml"],
]


@pytest.mark.skipif(PROMTOOL is None, reason="promtool comes with Debian's package prometheus")
@pytest.mark.parametrize("check", CHECKS, ids=" ".join)
def test_promtool_agrees(check: list[str]) -> None:
    done = subprocess.run([str(PROMTOOL), *check], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(PROMTOOL is None, reason="promtool comes with Debian's package prometheus")
def test_promtool_can_read_every_panel(tmp_path: Path) -> None:
    names = enumerate(expressions().values())
    rules = [{"record": f"panel:{number}", "expr": expression} for number, expression in names]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    command = [str(PROMTOOL), "check", "rules", str(tmp_path / "panels.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
