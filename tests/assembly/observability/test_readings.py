"""What a running program tells of itself: every metric is documented, drawn and alerted on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import promql_parser
import pytest
import yaml

from tests.conftest import own_database
from tests.support.cli.program import Program

ROOT = Path(__file__).parents[3]
DASHBOARD = json.loads((ROOT / "deploy/grafana/gotovo.json").read_text("utf-8"))
RULES = yaml.safe_load((ROOT / "deploy/prometheus/gotovo.rules.yml").read_text("utf-8"))
SCRAPE = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
PAGE = (ROOT / "docs/reference/metrics.md").read_text("utf-8")
RUNBOOK = ROOT / "docs/operating/observability.md"

OF_PROMETHEUS = {"up"}
"""Metrics that Prometheus makes itself."""

_SERIES = ("", "_bucket", "_sum", "_count")


@pytest.fixture(scope="module")
def own_url(server_url: str, template: str) -> Iterator[str]:
    """Give the database of the program."""
    yield from own_database(server_url, template)


@pytest.fixture(scope="module")
def program(own_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Give a running program."""
    program = Program(tmp_path_factory.mktemp("program"), own_url)
    program.start()
    yield program
    program.end()


@pytest.fixture(scope="module")
def told(program: Program) -> str:
    """Give what the program answers on /metrics, after a request for a page."""
    httpx.get(f"{program.url}/", timeout=10)
    return httpx.get(f"{program.url}/metrics", timeout=10).text


def families(text: str) -> dict[str, str]:
    """Return the kind of each metric that is told."""
    found = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    return {name: kind for name, kind in found.items() if not name.endswith("_created")}


def expressions() -> Iterator[tuple[str, str]]:
    """Return each expression of the dashboard and the alerts, with where it stands."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"].replace("$instance", ".+")
    for alert in ALERTS:
        yield alert["alert"], alert["expr"]


def test_every_metric_is_documented_with_its_kind_and_no_other_is(told: str) -> None:
    documented = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE))
    assert documented == families(told)


def test_every_label_is_documented_and_no_other_is(told: str) -> None:
    documented = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(r"^\| `(\w+)` \| \w+ \| ([^|]*)\|", PAGE, re.MULTILINE)
    }
    for series, labels in re.findall(r"^(\w+)\{([^}]*)\} ", told, re.MULTILINE):
        name = series if series in documented else re.sub(r"_(bucket|sum|count)$", "", series)
        if not series.endswith("_created"):
            assert set(re.findall(r"(\w+)=", labels)) - {"le"} == documented[name], series


def test_a_request_a_disk_and_a_database_are_told(told: str) -> None:
    lines = told.splitlines()
    assert 'gotovo_page_requests_total{page="/",status="200",worker="1"} 1.0' in lines
    assert "gotovo_ready 1.0" in lines
    assert "gotovo_worker_restarts_total 0.0" in lines
    assert 'gotovo_timers_held{what="clock",worker="1"} 0.0' in lines
    assert re.search(r"^gotovo_disk_free_bytes [1-9]", told, re.MULTILINE)
    assert re.search(
        r'^gotovo_database_connections\{state="idle",worker="1"\} [0-9]', told, re.MULTILINE
    )


async def test_a_table_that_is_gone_is_named_and_the_other_metrics_are_told(
    told: str, program: Program, own_url: str
) -> None:
    assert 'gotovo_metrics_failed{source="messages"} 0.0' in told.splitlines()
    connection = await asyncpg.connect(own_url)
    await connection.execute("alter table message rename to gone")
    async with httpx.AsyncClient(base_url=program.url, timeout=10) as client:
        answer = await client.get("/metrics")
    await connection.execute("alter table gone rename to message")
    await connection.close()
    lines = answer.text.splitlines()
    assert answer.status_code == 200
    assert 'gotovo_metrics_failed{source="messages"} 1.0' in lines
    assert 'gotovo_metrics_failed{source="server"} 0.0' in lines
    assert not any(line.startswith("gotovo_messages_open{") for line in lines)
    assert any(line.startswith("gotovo_clock_ahead_seconds ") for line in lines)


@pytest.mark.parametrize(("place", "expression"), list(expressions()))
def test_an_expression_is_promql_of_metrics_that_are_told(
    told: str, place: str, expression: str
) -> None:
    known = {f"{name}{end}" for name in families(told) for end in _SERIES} | OF_PROMETHEUS
    tree = promql_parser.parse(expression)
    assert tree is not None, place
    named = set(re.findall(r"\b(?:gotovo|process)_\w+|\bup\b", expression))
    assert named, place
    assert named - known == set(), place


def test_an_unknown_metric_or_broken_expression_would_be_found(told: str) -> None:
    assert "gotovo_engine_batch_second" not in families(told)
    with pytest.raises(ValueError, match=r".+"):
        promql_parser.parse("rate(gotovo_engine_queue[5m]")


def test_every_alert_has_a_reason_and_a_heading_to_read() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line[3:]).lower().replace(" ", "-")
        for line in RUNBOOK.read_text("utf-8").splitlines()
        if line.startswith("## ")
    }
    for alert in ALERTS:
        page, _, heading = alert["annotations"]["runbook_url"].partition("#")
        assert (ROOT / page) == RUNBOOK, alert["alert"]
        assert heading in headings, alert["alert"]
        assert alert["annotations"]["reason"].endswith("."), alert["alert"]
        assert alert["labels"]["severity"] in {"page", "warn"}
    assert len({alert["alert"] for alert in ALERTS}) == len(ALERTS)
    assert SCRAPE["rule_files"] == ["gotovo.rules.yml"]
    assert SCRAPE["scrape_configs"][0]["job_name"] == "gotovo"


def test_the_dashboard_has_what_grafana_loads() -> None:
    """Grafana asks for these; panels of one id or that overlap would be lost or hidden."""
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= DASHBOARD.keys()
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
    assert DASHBOARD["panels"][0]["title"] == "What to look at first"
