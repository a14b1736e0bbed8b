"""SMS from end to end through a real Kannel: the Cyrillic message, its receipt, and a crash."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gotovo.bench.fixture.dataset import DatasetOrder
from gotovo.notices.channels.limits.channel_watch import AttemptOutcome
from gotovo.notices.rules import ChannelName
from tests.support.notices.kannel_gateway import (
    IS_INSTALLED,
    NO_KANNEL,
    STATUS_PASSWORD,
    LocalKannel,
    Segment,
)
from tests.support.notices.sms_providers import PASSWORD, SENDER, USER
from tests.support.notices.sms_site import SmsSite, sms_site, until

pytestmark = [
    pytest.mark.skipif(not IS_INSTALLED, reason=NO_KANNEL),
    pytest.mark.timeout(180),
]


@pytest.fixture
async def kannel(tmp_path: Path) -> AsyncIterator[LocalKannel]:
    """Give a Kannel that runs."""
    (tmp_path / "kannel").mkdir()
    local = LocalKannel(tmp_path / "kannel")
    try:
        await local.start()
        yield local
    finally:
        local.stop()


@pytest.fixture
async def site(database_url: str, tmp_path: Path, kannel: LocalKannel) -> AsyncIterator[SmsSite]:
    """Give the program, which sends through it."""
    for name, password in (("password", PASSWORD), ("status", STATUS_PASSWORD)):
        (tmp_path / name).write_text(password)
        (tmp_path / name).chmod(0o600)
    variables = {
        "GOTOVO_SMS_PROVIDER": "kannel",
        "GOTOVO_SMS_URL": kannel.gateway.url,
        "GOTOVO_SMS_STATUS_URL": kannel.gateway.status_url,
        "GOTOVO_SMS_STATUS_PASSWORD_FILE": str(tmp_path / "status"),
        "GOTOVO_SMS_USER": USER,
        "GOTOVO_SMS_PASSWORD_FILE": str(tmp_path / "password"),
        "GOTOVO_SMS_SENDER": SENDER,
    }
    async with sms_site(database_url, tmp_path, **variables) as site:
        yield site


def texts(kannel: LocalKannel, phone: str) -> list[str]:
    """Return the whole messages that have reached a phone, joined as it does."""
    whole: dict[int, list[Segment]] = {}
    for each in kannel.segments():
        if each.phone == phone:
            whole.setdefault(each.part[0] if each.part else -len(whole) - 1, []).append(each)
    return [
        _text(b"".join(x.data for x in sorted(some, key=lambda x: x.part or (0, 0, 0))))
        for some in whole.values()
        if some[0].part is None or len(some) == some[0].part[2]
    ]


def _text(data: bytes) -> str:
    """Read a text: in UCS-2 every space and digit has a zero, in GSM-7 nothing has."""
    return data.decode("utf-16-be" if b"\0" in data else "latin-1")


def ready_messages(kannel: LocalKannel, order: DatasetOrder) -> list[str]:
    """Return the messages that say an order is ready."""
    return [
        text
        for text in texts(kannel, order.phone)
        if "Покажите код получения" in text and order.number in re.sub(r"\D", "", text)
    ]


async def test_a_code_and_the_ready_message_arrive_and_the_page_says_delivered(
    site: SmsSite, kannel: LocalKannel
) -> None:
    order = await site.order_ready()
    await until(lambda: len(ready_messages(kannel, order)) == 1)
    async with site.buyer() as buyer:
        page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=order.phone)
        await until(lambda: len(texts(kannel, order.phone)) == 2)
        code = re.findall(r"\b(\d{6})\b", texts(kannel, order.phone)[-1])[-1]
        await buyer.sends(page, "/session", code=code)
        where = f"/orders/{order.number}/messages"
        text = await site.page_says(buyer, where, "delivered")
        assert "Ready for pick-up" in text


async def test_a_kannel_that_is_killed_for_a_while_loses_and_doubles_nothing(
    site: SmsSite, kannel: LocalKannel
) -> None:
    before = await site.order_ready()
    watch = site.runtime.channels.watches[ChannelName.SMS]
    await until(lambda: len(ready_messages(kannel, before)) == 1)
    # A response that is lost on the way may double a message: the docs say so.
    await until(lambda: watch.counts[AttemptOutcome.TAKEN] == 1)
    for name in ("smsbox", "bearerbox", "operator"):
        kannel.kill(name)
    orders = [await site.order_ready() for _ in range(3)]
    await until(lambda: watch.failing is not None)
    await kannel.start()
    everything = [before, *orders]
    await until(lambda: all(ready_messages(kannel, order) for order in everything))
    async with site.buyer() as buyer:
        page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=before.phone)
        assert page.status_code == 200
        # What might come twice would have come before this code, which is sent after all of it.
        await until(lambda: len(texts(kannel, before.phone)) == 2)
    assert [len(ready_messages(kannel, order)) for order in everything] == [1, 1, 1, 1]
