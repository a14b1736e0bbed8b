"""`gotovo doctor` and the start of the program on wrong set-ups, in time whatever is broken."""

import asyncio
import json
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest

from gotovo.assembly.setup_checks import Complaint
from gotovo.cli.commands.maintenance.doctor import probe_side_by_side
from gotovo.engine.background.ports import Hold
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from gotovo.store.tables.webhooks.webhooks import WebhookStore
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.notices.http_peer import PeerRequest, http_peer, json_response
from tests.support.notices.sms_site import TEMPLATE

SECONDS_MAX = 5
"""Beside what the same program takes to start and say that a setting is unknown."""

PUBLIC = {"GOTOVO_PUBLIC_URL": "https://orders.example.ru"}


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


def problems(program: Program) -> dict[str, str]:
    """Return what the doctor complains of, with the fixes; advice aside."""
    told = program.run("doctor", "--json")
    report = json.loads(told.stdout)
    assert told.returncode == (0 if report["healthy"] else 1)
    return {each["what"]: each["mend"] for each in report["complaints"] if not each["advice"]}


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(program: Program) -> None:
    keys_of(program.folder)
    assert problems(program) == {}
    (program.folder / "secret").chmod(0o644)
    program.environment["GOTOVO_UNSAFE"] = "1"
    found = problems(program)
    assert {"chmod 600" in fix for fix in found.values()} == {True, False}
    assert any("GOTOVO_UNSAFE" in problem for problem in found)


async def test_the_doctor_names_a_public_address_without_proxies_and_a_missing_backup(
    program: Program, pool: "asyncpg.Pool"
) -> None:
    program.environment.update(PUBLIC)
    await pool.execute("update schema_migration set applied_at = now() - interval '8 days'")
    address, backup = problems(program)
    assert "all visitors have the proxy's address" in address
    assert backup == "no backup is known of; backup_days is 7"


async def test_the_doctor_asks_the_providers_and_says_what_receipts_need(
    program: Program, pool: "asyncpg.Pool"
) -> None:
    keys_of(program.folder)
    provider = {"balance": 95}

    def answer(request: PeerRequest) -> bytes:
        assert request.path == "/balance"
        return json_response(200, provider) if provider else json_response(503, {})

    async with http_peer(answer) as peer:
        template = program.folder / "own.toml"
        text = TEMPLATE.format(url=peer.url)
        template.write_text(text.replace(', status_url = "{callback}"', ""))
        program.environment.update(
            GOTOVO_SMS_PROVIDER=str(template),
            GOTOVO_SMS_PRICES="7=4.50",
            GOTOVO_PUBLIC_URL="http://localhost:8000",
        )
        assert await asyncio.to_thread(problems, program) == {}
        program.environment["GOTOVO_SMS_LOW_BALANCE"] = "100"
        (poor,) = await asyncio.to_thread(problems, program)
        assert poor == "95.00 RUB are left at the SMS provider; sms_low_balance is 100"
        provider.clear()
        (down,) = await asyncio.to_thread(problems, program)
        assert down == "sms can't be reached now: 127.0.0.1: HTTP 503"
    told = await asyncio.to_thread(program.run, "doctor", "--json")
    assert "address for receipts" not in told.stdout, "no message went out"
    await pool.execute(
        "insert into message (home, id, customer, number, version, purpose, created_at, state,"
        " channel, sent_at, text, provider_id) values (0, gen_random_uuid(), 'c', '1', 1, 'ready',"
        " now() - interval '3 hours', 'sent', 'sms', now() - interval '2 hours', 'x', 'p')"
    )
    told = await asyncio.to_thread(program.run, "doctor", "--json")
    advised = [x["mend"] for x in json.loads(told.stdout)["complaints"] if x["advice"]]
    assert any("http://localhost:8000/receipts/sms/" in each for each in advised)


async def test_the_doctor_names_what_timers_hold(program: Program, pool: "asyncpg.Pool") -> None:
    since = datetime(2026, 11, 28, 9, tzinfo=UTC)
    await TimerHoldStore(pool).hold(Hold(what="storage-expiry", since=since, due=9, allowed=3))
    (held,) = problems(program)
    assert held == "timers hold storage-expiry since 2026-11-28 09:00Z"


async def test_the_doctor_names_webhooks_that_their_receivers_had_switched_off(
    program: Program, pool: "asyncpg.Pool"
) -> None:
    keys_of(program.folder)
    assert program.run("webhooks", "add", "https://shop.example/").returncode == 0
    (webhook,) = await WebhookStore(pool).page(None, "", 2)
    since = datetime(2026, 11, 28, 9, tzinfo=UTC)
    assert await WebhookStore(pool).switch_off(webhook.id, "gone", since)

    told = json.loads(program.run("doctor", "--json").stdout)

    advised = {each["what"]: each["mend"] for each in told["complaints"] if each["advice"]}
    what = f"webhook {webhook.id} of shop default is off since 2026-11-28 09:00Z: gone"
    assert f"gotovo webhooks change {webhook.id} --on" in advised[what]


def test_a_start_warns_of_what_the_doctor_complains_of(program: Program) -> None:
    program.environment.update(PUBLIC)
    for start in (program.start, program.start_work):
        start()
        assert program.stop() == 0
        assert "Warning: public_url is https://orders.example.ru" in program.log()
        (program.folder / "program.log").unlink()


def test_a_proxy_that_hides_its_visitors_is_told_by_the_doctor_readyz_and_the_log(
    program: Program,
) -> None:
    program.environment |= PUBLIC | {"GOTOVO_TRUSTED_PROXIES": "127.0.0.1"}
    program.start()
    assert problems(program) == {}
    for forwarded in ({"x-forwarded-for": "203.0.113.7"}, {}, {}):
        httpx.get(program.url, headers={"host": "orders.example.ru", **forwarded})
    found = problems(program)
    warnings = httpx.get(f"{program.url}/readyz").json()["warnings"]
    assert program.stop() == 0
    (problem,) = found
    assert problem.startswith("the proxy at 127.0.0.1 sends no X-Forwarded-For")
    assert found[problem] == "see docs/operating/proxy.md"
    assert warnings == [f"{problem}; see docs/operating/proxy.md"]
    assert program.log().count("proxy without X-Forwarded-For") == 1


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_demo_on_a_public_address_does_not_start(program: Program, command: str) -> None:
    program.environment |= {"GOTOVO_LISTEN": f"0.0.0.0:{program.port}", "GOTOVO_DEMO": "1"}
    told = program.run(command)
    assert told.returncode == 2
    assert "others could reach the demo" in told.stderr
    assert "--force" in told.stderr


def complaint() -> list[Complaint]:
    """Find one thing."""
    return [Complaint("the disk is full", "make room")]


def broken() -> list[Complaint]:
    """Fail."""
    raise ZeroDivisionError


def hung() -> list[Complaint]:
    """Never answer in time."""
    time.sleep(60)
    return []


def test_no_check_waits_for_another() -> None:
    began_at = time.monotonic()
    found = probe_side_by_side((complaint, hung, broken, hung), 0.2)
    assert time.monotonic() - began_at < 2
    first, second, third, fourth = found
    assert first == complaint()
    assert (second, fourth) == (None, None)
    assert third is not None
    assert "ZeroDivisionError" in third[0].problem


def test_a_database_that_accepts_and_never_answers_is_named_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        program = Program(tmp_path, f"postgresql://gotovo@127.0.0.1:{port}/gotovo")
        wrong = Program(tmp_path, "", GOTOVO_NO_SUCH_SETTING="1")
        began_at = time.monotonic()
        assert wrong.run("doctor").returncode == 1
        start_seconds = time.monotonic() - began_at
        began_at = time.monotonic()
        done = program.run("doctor")
        seconds = time.monotonic() - began_at
    assert done.returncode == 1
    assert "the database did not respond within 4 seconds" in done.stdout
    assert seconds - start_seconds < SECONDS_MAX
