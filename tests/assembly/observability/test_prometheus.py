"""A real Prometheus scrapes a real program: every panel draws something, every alert can fire."""

import asyncio
import itertools
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil
import pytest
import yaml

from gotovo.keyring.sources import read_secrets
from tests.conftest import own_database
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop
from tests.support.observability.prometheus import (
    RULES,
    Prometheus,
    installed,
    run_rule_tests,
    scraping,
)
from tests.tidy.tree import ROOT

DASHBOARD = json.loads((ROOT / "deploy/grafana/gotovo.json").read_text("utf-8"))
PANELS = [
    (panel["title"], target["expr"].replace("$instance", ".+"))
    for panel in DASHBOARD["panels"]
    for target in panel.get("targets", ())
]
ORDERS = 24

PLACED = 'gotovo_commands_total{outcome="done",step="placement"}'
WAIT_SECONDS = 60

EMPTY = {
    "Age of the last backup": "there is none yet",
}
"""Panels that rightly draw nothing of this program."""

DAYS = 86_400

SERIES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "GotovoDown": ({'up{job="gotovo",instance="a"}': "0x20"}, {"job": "gotovo"}),
    "GotovoNotReady": ({'gotovo_ready{instance="a"}': "0x20"}, {}),
    "GotovoErrors": (
        {
            'gotovo_api_requests_total{instance="a",status="200",worker="1"}': "0+90x40",
            'gotovo_api_requests_total{instance="a",status="503",worker="2"}': "0+10x40",
        },
        {},
    ),
    "GotovoPageErrors": (
        {
            'gotovo_page_requests_total{instance="a",status="200",worker="1"}': "0+90x40",
            'gotovo_page_requests_total{instance="a",status="500",worker="1"}': "0+10x40",
        },
        {},
    ),
    "GotovoCommitsSlow": (
        {
            'gotovo_engine_batch_seconds_bucket{instance="a",worker="1",le="1"}': "0+90x40",
            'gotovo_engine_batch_seconds_bucket{instance="a",worker="1",le="5"}': "0+100x40",
            'gotovo_engine_batch_seconds_bucket{instance="a",worker="1",le="+Inf"}': "0+100x40",
        },
        {},
    ),
    "GotovoQueueLong": (
        {'gotovo_engine_queue{instance="a",worker="2"}': "6000x20"},
        {"worker": "2"},
    ),
    "GotovoTimersHeld": (
        {
            'gotovo_timers_held{instance="a",what="clock",worker="1"}': "1x20",
            'gotovo_timers_held{instance="a",what="clock",worker="2"}': "1x20",
        },
        {"what": "clock"},
    ),
    "GotovoTimersLate": (
        {
            'gotovo_timer_overdue_seconds{instance="a"}': "400x20",
            'gotovo_timers_held{instance="a",what="clock",worker="1"}': "0x20",
        },
        {},
    ),
    "GotovoTimersStuck": ({'gotovo_timers_stuck{instance="a",worker="1"}': "3x40"}, {}),
    "GotovoFollowerBehind": (
        {'gotovo_follower_lag_events{instance="a",follower="notices"}': "2000x20"},
        {"follower": "notices"},
    ),
    "GotovoMessagesLate": (
        {'gotovo_messages_open{instance="a",state="overdue"}': "4x40"},
        {"state": "overdue"},
    ),
    "GotovoPaymentNotificationsWaiting": (
        {'gotovo_payment_notification_wait_seconds{instance="a",provider="yookassa"}': "700x40"},
        {"provider": "yookassa"},
    ),
    "GotovoPaymentNotificationsForged": (
        {
            'gotovo_payment_notifications_total{instance="a",outcome="forged",worker="1"}': (
                "0+25x90"
            ),
            'gotovo_payment_notifications_total{instance="a",outcome="stale",worker="2"}': "0+1x90",
        },
        {},
    ),
    "GotovoHelpOverdue": (
        {'gotovo_help_open{instance="a",state="overdue"}': "2x40"},
        {"state": "overdue"},
    ),
    "GotovoBooksDiffer": (
        {'gotovo_reconciliation_differences{instance="a",provider="yookassa"}': "2x40"},
        {"provider": "yookassa"},
    ),
    "GotovoRefundsOverdue": (
        {'gotovo_refund_transfers_open{instance="a",state="overdue"}': "3x40"},
        {"state": "overdue"},
    ),
    "GotovoRefundsFailed": ({'gotovo_refunds_failed{instance="a"}': "1x40"}, {}),
    "GotovoCasesOverdue": (
        {'gotovo_cases_overdue{instance="a",kind="refund_failed"}': "3x40"},
        {"kind": "refund_failed"},
    ),
    "GotovoReceiptsLate": ({'gotovo_receipt_wait_seconds{instance="a"}': "4000x40"}, {}),
    "GotovoReceiptsFailed": (
        {'gotovo_receipts_open{instance="a",state="failed"}': "2x40"},
        {"state": "failed"},
    ),
    "GotovoChannelDown": (
        {'gotovo_channel_reachable{instance="a",channel="sms"}': "0x40"},
        {"channel": "sms"},
    ),
    "GotovoChannelFailing": (
        {
            'gotovo_message_failures_total{instance="a",channel="sms",worker="1"}': "0+3x40",
            'gotovo_messages_taken_total{instance="a",channel="sms",worker="1"}': "0+1x40",
            'gotovo_messages_taken_total{instance="a",channel="sms",worker="2"}': "0+1x40",
        },
        {"channel": "sms"},
    ),
    "GotovoMessageLimitUsedUp": (
        {'gotovo_message_limits_used_up{instance="a"}': "2x40"},
        {},
    ),
    "GotovoPaymentProviderDown": (
        {'gotovo_provider_reachable{instance="a",provider="yookassa",worker="1"}': "0x40"},
        {"provider": "yookassa"},
    ),
    "GotovoPaymentProviderFailing": (
        {
            'gotovo_provider_requests_failed_total{instance="a",request="yookassa create",'
            'worker="1"}': "0+3x40",
            'gotovo_provider_requests_answered_total{instance="a",request="yookassa payment",'
            'worker="1"}': "0+1x40",
        },
        {},
    ),
    "GotovoJobFailing": (
        {'gotovo_job_failures{instance="a",name="timers",worker="2"}': "3x20"},
        {"name": "timers"},
    ),
    "GotovoConnectionsUsedUp": (
        {
            'gotovo_database_connections{instance="a",state="used",worker="1"}': "8x20",
            'gotovo_database_connections{instance="a",state="idle",worker="1"}': "0x20",
            'gotovo_database_connections_max{instance="a",worker="1"}': "8x20",
        },
        {"worker": "1"},
    ),
    "GotovoMetricsFailed": (
        {'gotovo_metrics_failed{instance="a",source="messages"}': "1x20"},
        {"source": "messages"},
    ),
    "GotovoDiskFilling": ({'gotovo_disk_free_bytes{instance="a"}': "1000000000x40"}, {}),
    "GotovoClockOff": ({'gotovo_clock_ahead_seconds{instance="a"}': "-6x20"}, {}),
    "GotovoWorkersRestart": ({'gotovo_worker_restarts_total{instance="a"}': "0+1x20"}, {}),
    "GotovoArchiveBehind": ({'gotovo_wal_archive_timestamp_seconds{instance="a"}': "-400x20"}, {}),
    "GotovoBackupOld": (
        {'gotovo_backup_timestamp_seconds{instance="a"}': f"-{8 * DAYS}x80"},
        {},
    ),
}
"""For each alert the series that let it fire once, and its labels beside instance and severity."""

ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    for rule in group["rules"]
}


class Watched(NamedTuple):
    """A program with two workers that took orders, and the Prometheus that scrapes it."""

    program: Program
    prometheus: Prometheus


@pytest.fixture(scope="module")
def watched(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """Give both; the orders came while Prometheus scraped already, so that there are rates."""
    installed("prometheus")
    databases = own_database(server_url, template)
    folder = tmp_path_factory.mktemp("program")
    program = Program(folder, next(databases), GOTOVO_WORKERS="2")
    program.start()
    try:
        token = program.run("key", "create", "--role", "admin").stdout.strip()
        asyncio.run(_open(program, token))
        asyncio.run(_drive(program, token, 0, 1))
        target = program.url.removeprefix("http://")
        with scraping(target, tmp_path_factory.mktemp("prometheus")) as prometheus:
            prometheus.until("gotovo_workers == 2")
            asyncio.run(_drive(program, token, 1, ORDERS))
            prometheus.until(f"sum({PLACED}) == {ORDERS}")
            prometheus.until('sum(rate(gotovo_commands_total{step="placement"}[5m])) > 0')
            yield Watched(program, prometheus)
    finally:
        program.end()
        next(databases, None)


async def _open(program: Program, token: str) -> None:
    secrets = read_secrets(program.folder / "secret")
    assert secrets is not None, "the program made one at its start"
    await Shop(program.url, token, secrets.roots[0].key).open()


async def _drive(program: Program, token: str, first: int, end: int) -> None:
    """Place orders, each over a connection of its own, so that both workers get some."""
    headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
    async with httpx.AsyncClient(base_url=program.url, headers=headers, timeout=30) as client:
        for number in range(first, end):
            body: dict[str, Any] = {
                "external_id": f"A-{number}",
                "customer": {"phone": "+79005550199"},
                "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
                "delivery": {"method": "pickup", "point": "KZN-1"},
            }
            for attempt in itertools.count():
                key = {
                    "Idempotency-Key": f"a-{number}-{attempt}"
                }  # a refusal is repeated by its key
                answer = await client.post("/api/v1/orders", json=body, headers=key)
                if answer.is_success:
                    break
                assert answer.status_code == 404, answer.text  # of a point that is a moment old
                await asyncio.sleep(0.1)
            (await client.get("/")).raise_for_status()


def whole_scrape(program: Program) -> list[str]:
    """Return the lines of a scrape that both workers are in: a busy one may have been left out."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        lines = httpx.get(f"{program.url}/metrics", timeout=30).text.splitlines()
        if "gotovo_workers 2.0" in lines:
            return lines
        assert time.monotonic() < deadline, lines


def test_one_scrape_adds_up_over_all_workers(watched: Watched) -> None:
    """Whichever worker answers: each of a few scrapes tells of both, and of every order once."""
    placed = re.compile(
        r'gotovo_commands_total\{outcome="done",step="placement",worker="\d"\} (.+)'
    )
    for _ in range(6):
        lines = whole_scrape(watched.program)
        counted = [found for line in lines if (found := placed.fullmatch(line))]
        assert sum(float(found[1]) for found in counted) == ORDERS
        memory = {line.split(" ")[0] for line in lines if line.startswith("process_resident")}
        assert memory == {f'process_resident_memory_bytes{{worker="{n}"}}' for n in (1, 2)}
        helps = [line for line in lines if line.startswith("# TYPE ")]
        assert len(helps) == len(set(helps)) == len({line.split()[2] for line in helps})


@pytest.mark.parametrize(("panel", "expression"), PANELS)
def test_a_panel_draws_something(watched: Watched, panel: str, expression: str) -> None:
    found = watched.prometheus.query(expression)
    assert bool(found) is (panel not in EMPTY), expression


def test_every_rule_is_evaluated_by_prometheus(watched: Watched) -> None:
    watched.prometheus.until("ALERTS or vector(0)")
    assert watched.prometheus.alerts().keys() == ALERTS.keys()
    assert set(watched.prometheus.alerts().values()) <= {"ok", "unknown"}


def test_a_worker_that_is_killed_is_left_out_and_comes_back_with_its_number(
    watched: Watched,
) -> None:
    """The last one, since the figures of the killed worker are gone."""
    children = psutil.Process(watched.program.pid).children()
    killed = next(each for each in children if "http_worker" in " ".join(each.cmdline()))
    os.kill(killed.pid, signal.SIGKILL)
    watched.prometheus.until("gotovo_worker_restarts_total == 1 and gotovo_workers == 2")
    lines = whole_scrape(watched.program)
    assert len([line for line in lines if line.startswith("process_max_fds")]) == 2


def test_promtool_accepts_the_rules_and_the_scrape() -> None:
    promtool = installed("promtool")
    for kind, file in (("rules", RULES), ("config", RULES.with_name("prometheus.yml"))):
        done = subprocess.run(
            [promtool, "check", kind, str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_once_on_what_it_is_about(tmp_path: Path) -> None:
    assert SERIES.keys() == ALERTS.keys()
    tests = [
        {
            "name": alert,
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "promql_expr_test": [
                {
                    "expr": f"count(ALERTS{{{_matchers(alert, labels)}}})",
                    "eval_time": "1h15m" if alert == "GotovoBackupOld" else "18m",
                    "exp_samples": [{"labels": "{}", "value": 1}],
                }
            ],
        }
        for alert, (series, labels) in SERIES.items()
    ]
    done = run_rule_tests(tests, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def _matchers(alert: str, labels: dict[str, str]) -> str:
    """Return how the alert is found when it fires for the instance, with these labels."""
    firing = {"alertname": alert, "alertstate": "firing", "instance": "a", **labels}
    return ",".join(f'{name}="{value}"' for name, value in firing.items())
