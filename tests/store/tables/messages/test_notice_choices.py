"""Choices are kept one after the other; at one instant the later call counts."""

from datetime import UTC, datetime, timedelta

import asyncpg

from gotovo.store.tables.messages.notice_choices import NoticeChoiceStore

CUSTOMER, OTHER = "7f" * 16, "80" * 16
NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def test_the_latest_choice_of_a_channel_counts_and_the_others_are_kept(
    pool: asyncpg.Pool,
) -> None:
    store = NoticeChoiceStore(pool)
    off = [("sms", "refunds", False), ("mail", "refunds", False)]
    await store.put(CUSTOMER, off, NOW, "page", 1)
    assert await store.channels_off(CUSTOMER, "refunds") == {"sms", "mail"}
    await store.put(CUSTOMER, [("sms", "refunds", True)], NOW + timedelta(hours=1), "bot", 2)
    assert await store.channels_off(CUSTOMER, "refunds") == {"mail"}
    assert await store.channels_off(CUSTOMER, "reminders") == frozenset()
    assert await store.channels_off(OTHER, "refunds") == frozenset()
    history = await store.of_customer(CUSTOMER)
    assert [(each.channel, each.is_on, each.wording) for each in history] == [
        ("mail", False, 1),
        ("sms", False, 1),
        ("sms", True, 2),
    ]


async def test_at_one_instant_the_later_call_counts(pool: asyncpg.Pool) -> None:
    store = NoticeChoiceStore(pool)
    for is_on in (False, True):
        await store.put(CUSTOMER, [("sms", "refunds", is_on)], NOW, "page", 1)
    (choice,) = await store.of_customer(CUSTOMER)
    assert choice.is_on
