"""`gotovo webhooks` as a person types it, and deliveries by the running program."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from standardwebhooks import Webhook

from tests.support.api.network import ALINA
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop
from tests.support.webhooks.receiver import Receiver

WRONG_USAGE = 2
DEADLINE_SECONDS = 30


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own, whose webhooks may reach this machine."""
    return Program(tmp_path, database_url, GOTOVO_WEBHOOK_NETWORKS="127.0.0.0/8")


def typed(program: Program, *words: str) -> str:
    """Run a command that must succeed, and return what it prints."""
    done = program.run("webhooks", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown(program: Program, *words: str) -> Any:
    """The same as JSON."""
    return json.loads(typed(program, *words, "--json"))


def test_a_webhook_is_added_listed_changed_rolled_and_removed(program: Program) -> None:
    assert program.run("shop", "put", "books", "--title", "Книги").returncode == 0
    secret = typed(program, "add", "https://crm.example/x", "--title", "CRM").strip()
    assert secret.startswith("whsec_")
    wanted = ("--shop", "books", "--type", "order.paid", "--type", "order.placed")
    made = shown(program, "add", "http://127.0.0.1:9/hooks", *wanted)
    assert (made["shop"], made["types"]) == ("books", ["order.paid", "order.placed"])
    listed = shown(program, "list")
    assert listed[0]["id"] == made["id"]
    assert [each["shop"] for each in listed] == ["books", "default"]
    assert secret not in json.dumps(listed)
    lines = typed(program, "list").splitlines()
    assert max(len(line) for line in lines) <= 100
    id_ = made["id"]
    off = shown(program, "change", id_, "--off", "--type", "all", "--title", "x")
    assert (off["state"], off["off_reason"], off["types"], off["title"]) == (
        "off",
        "owner",
        None,
        "x",
    )
    assert "off:owner" in typed(program, "show", id_)
    assert shown(program, "change", id_, "--on")["state"] == "on"
    rolled = typed(program, "roll", id_).strip()
    assert rolled not in {made["secret"], ""}
    assert len(shown(program, "show", id_)["secrets"]) == 2
    assert shown(program, "deliveries", id_) == []
    assert "MESSAGE" in typed(program, "deliveries", id_)
    typed(program, "remove", id_)
    assert len(shown(program, "list")) == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("add", "shop.example"), "URL: 'shop.example'"),
        (("add", "https://shop.example/", "--shop", "nobody"), "--shop: 'nobody'"),
        (("add", "https://shop.example/", "--type", "order.plcaed"), "--type: 'order.plcaed'"),
        (("show", "wh_x"), "WEBHOOK: no webhook has the id 'wh_x'"),
        (("change", "wh_x", "--off"), "WEBHOOK"),
        (("roll", "wh_x"), "WEBHOOK"),
        (("remove", "wh_x"), "WEBHOOK"),
        (("deliveries", "wh_x"), "WEBHOOK"),
        (("deliveries", "wh_x", "--state", "sent"), "--state: 'sent'"),
        (("resend", "wh_x", "evt_x"), "WEBHOOK"),
        (("listen", "--type", "x"), "--type: 'x'"),
        (("listen", "--shop", "nobody"), "--shop: 'nobody'"),
    ],
)
def test_what_is_wrong_is_named(program: Program, words: tuple[str, ...], named: str) -> None:
    refused = program.run("webhooks", *words)
    assert refused.returncode == WRONG_USAGE
    assert named in refused.stderr
    assert "Traceback" not in refused.stderr


async def test_the_running_program_delivers_and_logs_no_secret(
    program: Program, pool: "asyncpg.Pool[Any]"
) -> None:
    receiver = Receiver()
    await receiver.open()
    program.environment["GOTOVO_LOG_LEVEL"] = "debug"
    url = f"{receiver.url}?token=hidden-word"
    made = await asyncio.to_thread(shown, program, "add", url)
    token = program.run("key", "create", "--role", "admin").stdout.strip()
    await asyncio.to_thread(program.start)
    shop = Shop(program.url, token, b"")
    try:
        await shop.open()
        listening = asyncio.create_task(
            asyncio.to_thread(program.run, "webhooks", "listen", "--count", "1", "--json")
        )
        await asyncio.sleep(2)
        number = await _placed(shop, token)
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not receiver.received:  # noqa: ASYNC110  (it is another thread's)
                await asyncio.sleep(0.05)
            would_come = await listening
        delivered = await asyncio.to_thread(shown, program, "deliveries", made["id"])
        message = delivered[-1]["message"]
        assert delivered[-1]["state"] == "delivered"
        answer = await asyncio.to_thread(typed, program, "resend", made["id"], message)
        assert message in answer
        async with asyncio.timeout(DEADLINE_SECONDS):
            while receiver.ids.count(message) < 2:  # noqa: ASYNC110  (the same)
                await asyncio.sleep(0.05)
    finally:
        await asyncio.to_thread(program.end)
        await receiver.close()

    first = receiver.received[0]
    payload = Webhook(made["secret"]).verify(first.body, dict(first.headers))
    assert payload["data"]["number"] == number
    line = json.loads(would_come.stdout.splitlines()[0])
    assert line["body"] == payload
    assert line["headers"]["webhook-id"] == first.id
    secret = would_come.stderr.partition("Signed with ")[2].strip()
    Webhook(secret).verify(_raw_body(would_come.stdout), line["headers"])
    log = program.log()
    for hidden in (made["secret"], made["secret"].removeprefix("whsec_"), "hidden-word"):
        assert hidden not in log
    entries = await pool.fetch("select security_log::text as row from security_log")
    assert not [row for row in entries if "whsec_" in row["row"] or "hidden-word" in row["row"]]


def _raw_body(printed: str) -> bytes:
    """Return the body byte for byte, as it was signed."""
    line = printed.splitlines()[0]
    return line.partition('"body":')[2].removesuffix("}").encode()


async def _placed(shop: Shop, token: str) -> str:
    """Place an order, and return its number."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    line = {"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}
    delivery = {"method": "pickup", "point": "KZN-1"}
    body = {"customer": {"phone": ALINA}, "lines": [line], "delivery": delivery}
    async with httpx.AsyncClient(timeout=DEADLINE_SECONDS) as client:
        answer = await client.post(f"{shop.url}/api/v1/orders", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]
