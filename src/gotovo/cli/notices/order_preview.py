"""The message that an order would be told by now, read from the database without sending it.

Whoever previews an order's message sees its number, its code and its point: each preview is in the
access log as a reading of the order by the office, whether or not the code is shown.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
from msgspec import Struct, structs

from gotovo.assembly.keyring.secret_check import established_secrets
from gotovo.cli.context import author
from gotovo.cli.exit_status import WrongUsage
from gotovo.config import Settings
from gotovo.keyring.keyring import Keys, keyring_at
from gotovo.notices.channels.sms.cost import SegmentPrices
from gotovo.notices.channels.sms.transliteration import sent_text
from gotovo.notices.policy import Notice, current, notice_of, state_after
from gotovo.notices.rules import ChannelName, Purpose
from gotovo.notices.texts.message_texts import MessageTexts
from gotovo.notices.texts.text_preview import TextPreview, sms_size
from gotovo.notices.texts.text_values import MessageContext
from gotovo.notices.texts.wording import notice_subject, notice_text, point_of, text_together
from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import Contact
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.access.access_log import AccessLogStore, LoggedAccess
from gotovo.store.tables.network.directory import Directory
from gotovo.words.language import Language, preferred_language


class PreviewWish(Struct, frozen=True, kw_only=True):
    """What is asked for; without a language it is the buyer's."""

    numbers: Sequence[str]
    kind: Purpose
    channel: ChannelName
    language: Language | None
    shows_code: bool


async def preview(
    wish: PreviewWish,
    chosen: Settings,
    texts: MessageTexts,
    pool: "asyncpg.Pool[Any]",
    directory: Directory,
) -> TextPreview:
    """Return the message; raise WrongUsage for an order that is not told of this."""
    reads, now = BuyerReads(pool), datetime.now(UTC)
    found = [await _told(reads, number, wish.kind, now) for number in wish.numbers]
    notices, contact = [notice for notice, _ in found], found[0][1]
    if len({(point_of(each), each.order.customer) for each in notices}) > 1:
        message = "ORDER: several are told together only of one buyer at one point"
        raise WrongUsage(message)
    secrets = await established_secrets(pool, chosen.secret_file, now)
    language = wish.language or preferred_language(contact.locale)
    context = _context(notices[0], language, keyring_at(secrets, now).codes, now, directory)
    context = structs.replace(context, site=chosen.public_url, hides_code=not wish.shows_code)
    text = _text(notices, context, wish.channel, texts)
    is_sms = wish.channel is ChannelName.SMS
    if is_sms:
        text = sent_text(text, transliterated=chosen.sms_transliteration)
    prices = SegmentPrices(chosen.segment_prices, chosen.sms_currency)
    await _log(pool, wish.numbers, now)
    return TextPreview(
        kind=wish.kind,
        channel=wish.channel,
        language=language,
        text=text,
        subject="" if is_sms else notice_subject(notices, context, texts),
        sms=sms_size(text, prices, contact.phone) if is_sms else None,
    )


async def _told(
    reads: BuyerReads, number: str, kind: Purpose, now: datetime
) -> tuple[Notice, Contact]:
    """Return the latest notice of a kind, of the order as it is now, and whom it is for."""
    history, contact = await reads.history(number), await reads.contact(number)
    order = state_after(history, len(history))
    if order is None or contact is None or order.erased:
        message = f"ORDER: {number!r}: Expected the number of an order that is not erased"
        raise WrongUsage(message)
    every = [notice_of(history, each.version) for each in history]
    told = [each for each in every if each is not None]
    notice = next((each for each in reversed(told) if each.purpose is kind), None)
    if notice is None:
        kinds = ", ".join(dict.fromkeys(each.purpose for each in told)) or "nothing"
        message = f"--kind: {kind.value!r}: order {number} is told of {kinds} so far"
        raise WrongUsage(message)
    return current(notice, order, now), contact


def _context(
    notice: Notice, language: Language, codes: Keys, now: datetime, directory: Directory
) -> MessageContext:
    points, warehouses = directory()
    zone = time_zone_of(notice.order, points, warehouses)
    return MessageContext(points.get(point_of(notice)), language, codes, now, zone)


def _text(notices: Sequence[Notice], context: MessageContext, use: str, texts: MessageTexts) -> str:
    if len(notices) == 1:
        return notice_text(notices[0], context, use, texts)
    return text_together(notices, context, use, texts)


async def _log(pool: "asyncpg.Pool[Any]", numbers: Sequence[str], now: datetime) -> None:
    by = f"{Role.ADMIN}:{author().actor}"
    entries = [LoggedAccess(each, by, "", "order", 1, now, now) for each in numbers]
    await AccessLogStore(pool).put(entries)
