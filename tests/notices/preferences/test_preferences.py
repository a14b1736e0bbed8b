"""What a buyer may switch off, and that a choice counts for what has not been sent yet."""

import contextlib
from datetime import timedelta

import asyncpg
import pytest
from typing_extensions import override

from gotovo.notices.channels.port import ChannelUnavailable, MessageRefused
from gotovo.notices.delivery import MessageNotSent
from gotovo.notices.preferences.channel_choice import OPTED_OUT
from gotovo.notices.preferences.preferences import (
    NEEDED,
    OPTIONAL,
    WORDING,
    ChoiceSource,
    NeededKind,
    NoticePreferences,
    Preferences,
)
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import RULES, ChannelName, NoticeKind, Purpose
from gotovo.order.values.customer import customer_id
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.messages.messages import MessageRecord
from gotovo.web.site.dependencies import WebDependencies
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, SECRET, Cast
from tests.support.web.goods import MUG
from tests.support.web.sample_orders.moved_dates import kept_longer
from tests.support.web.sample_orders.open_orders import ready

CUSTOMER = customer_id(SECRET, ALINA)
REMINDERS_BY_SMS: tuple[NoticeKind, ChannelName] = (NoticeKind.REMINDERS, ChannelName.SMS)
REMINDERS_BY_MAIL: tuple[NoticeKind, ChannelName] = (NoticeKind.REMINDERS, ChannelName.MAIL)


class NoAddress(FaultyRoute):
    """A way to people of whom none has what it needs."""

    @override
    async def reaches(self, letter: Letter) -> bool:
        return False


@pytest.fixture
def preferences(dependencies: WebDependencies) -> NoticePreferences:
    """Give what buyers choose."""
    return dependencies.preferences


async def sent(desk: MessageDesk, **routes: FaultyRoute) -> dict[str, MessageRecord]:
    """Plan everything, send what is due, and return ALINA's messages by purpose."""
    await desk.plan()
    desk.clock.now += DAY
    by_name = {ChannelName(name): route for name, route in routes.items()}
    with contextlib.suppress(MessageNotSent):
        await desk.delivery(by_name).send_due()
    rows = await desk.messages._pool.fetch("select distinct number from message")
    return {
        record.purpose: record
        for row in rows
        for record in await desk.messages.of_order(row["number"], CUSTOMER)
    }


def test_what_the_hand_over_and_the_order_need_can_not_be_switched_off() -> None:
    """Rule 4.10."""
    needed = {purpose for purpose, rule in RULES.items() if not rule.kind.may_be_off}
    assert needed >= {
        Purpose.READY, Purpose.NEW_CODE, Purpose.BEING_ISSUED, Purpose.CANCELLED,
        Purpose.PAID, Purpose.PART_PAID, Purpose.PAYMENT_CHECKED, Purpose.REVIVED,
    }  # fmt: skip
    assert {*NEEDED, *OPTIONAL} == set(NoticeKind)
    assert {rule.kind for rule in RULES.values()} == set(NoticeKind), "a kind of nothing"


@pytest.mark.parametrize("kind", NEEDED)
async def test_a_choice_against_what_is_needed_is_refused_and_nothing_is_recorded(
    preferences: NoticePreferences, kind: NoticeKind
) -> None:
    with pytest.raises(NeededKind):
        await preferences.choose(
            CUSTOMER,
            {(kind, ChannelName.SMS): False, REMINDERS_BY_SMS: False},
            ChoiceSource.PAGE,
        )
    assert await preferences.history(CUSTOMER) == []


async def test_whatever_is_not_chosen_is_on(preferences: NoticePreferences) -> None:
    assert await preferences.of(CUSTOMER) == Preferences()
    assert Preferences().is_told(NoticeKind.REMINDERS, [ChannelName.SMS])


async def test_each_change_is_kept_with_its_time_its_place_and_the_wording(
    desk: MessageDesk, preferences: NoticePreferences
) -> None:
    choices = {REMINDERS_BY_SMS: False, REMINDERS_BY_MAIL: True}
    assert await preferences.choose(CUSTOMER, choices, ChoiceSource.PAGE) == 1
    assert await preferences.choose(CUSTOMER, choices, ChoiceSource.PAGE) == 0, "it is so already"
    desk.clock.now += HOUR
    back = {REMINDERS_BY_SMS: True}
    assert await preferences.choose(CUSTOMER, back, ChoiceSource.BOT) == 1
    first, second = await preferences.history(CUSTOMER)
    assert (first.channel, first.kind, first.is_on) == ("sms", "reminders", False)
    assert (first.source, second.source) == ("page", "bot")
    assert (first.wording, second.wording) == (WORDING, WORDING)
    assert second.chosen_at - first.chosen_at >= HOUR
    assert await preferences.of(CUSTOMER) == Preferences()
    assert await preferences.history(customer_id(SECRET, BORIS)) == []


async def test_a_kind_that_is_off_everywhere_is_not_told_and_says_why(
    desk: MessageDesk, cast: Cast, preferences: NoticePreferences
) -> None:
    await kept_longer(cast)
    off = {REMINDERS_BY_SMS: False, REMINDERS_BY_MAIL: False}
    await preferences.choose(CUSTOMER, off, ChoiceSource.PAGE)
    sms, mail = FaultyRoute(), FaultyRoute()
    messages = await sent(desk, sms=sms, mail=mail)
    moved, told = messages["storage_moved"], messages["ready"]
    assert (moved.state, moved.reason) == ("dropped", OPTED_OUT)
    assert (told.state, told.channel) == ("delivered", "sms"), "the hand-over needs it"
    assert [letter.purpose for letter in (*sms.sent, *mail.sent)] == ["ready"]


async def test_a_kind_that_is_off_in_one_channel_is_told_through_the_next(
    desk: MessageDesk, cast: Cast, preferences: NoticePreferences
) -> None:
    await kept_longer(cast)
    await preferences.choose(CUSTOMER, {REMINDERS_BY_SMS: False}, ChoiceSource.PAGE)
    messages = await sent(desk, sms=FaultyRoute(), mail=FaultyRoute())
    assert (messages["storage_moved"].state, messages["storage_moved"].channel) == (
        "delivered",
        "mail",
    )
    assert messages["ready"].channel == "sms"


async def test_a_choice_counts_for_a_message_that_waits_already(
    desk: MessageDesk, cast: Cast, preferences: NoticePreferences
) -> None:
    await kept_longer(cast)
    down = FaultyRoute(ChannelUnavailable("no line"))
    messages = await sent(desk, sms=down)
    assert messages["storage_moved"].state == "waiting"
    await preferences.choose(CUSTOMER, {REMINDERS_BY_SMS: False}, ChoiceSource.BOT)
    messages = await sent(desk, sms=FaultyRoute())
    assert (messages["storage_moved"].state, messages["storage_moved"].reason) == (
        "dropped",
        OPTED_OUT,
    )


async def test_what_failed_elsewhere_does_not_come_through_a_channel_that_is_off(
    desk: MessageDesk, cast: Cast, preferences: NoticePreferences
) -> None:
    await kept_longer(cast)
    await preferences.choose(CUSTOMER, {REMINDERS_BY_MAIL: False}, ChoiceSource.PAGE)
    sms, mail = FaultyRoute(MessageRefused("no such number")), FaultyRoute()
    moved = (await sent(desk, sms=sms, mail=mail))["storage_moved"]
    assert (moved.state, moved.channel, moved.reason) == ("failed", "sms", "no such number")


async def test_a_channel_is_not_given_up_for_one_that_does_not_reach_the_buyer(
    desk: MessageDesk, cast: Cast
) -> None:
    """Rule 4.10: a provider that is down for an hour loses no message."""
    order = await ready(cast)
    await desk.plan()
    sms, mail = FaultyRoute(ChannelUnavailable("no line")), NoAddress()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    for _ in range(30):
        desk.clock.now += timedelta(minutes=2)
        with contextlib.suppress(MessageNotSent):
            await delivery.send_due()
    sms.error = None
    desk.clock.now += HOUR
    await delivery.send_due()
    (record,) = await desk.messages.of_order(order.number, order.customer)
    assert (record.state, record.channel) == ("delivered", "sms")


async def test_who_has_the_number_now_is_not_bound_by_who_had_it_before(
    desk: MessageDesk, cast: Cast, preferences: NoticePreferences, pool: asyncpg.Pool
) -> None:
    await kept_longer(cast)
    await preferences.choose(CUSTOMER, {REMINDERS_BY_SMS: False}, ChoiceSource.PAGE)
    desk.clock.now += DAY
    await pool.execute(
        "insert into account (customer, signed_in_at, orders_since) values ($1, $2, $2)",
        CUSTOMER,
        desk.clock.now,
    )
    assert await preferences.of(CUSTOMER) == Preferences()
    assert await preferences.history(CUSTOMER) == []
    assert (await sent(desk, sms=FaultyRoute()))["storage_moved"].state == "delivered"


async def test_retention_leaves_the_choice_that_counts_as_long_as_the_buyer_can_be_told(
    desk: MessageDesk, cast: Cast, preferences: NoticePreferences, pool: asyncpg.Pool
) -> None:
    """Rule 4.16."""
    await cast.place(ALINA, NOW, MUG)
    gone = customer_id(SECRET, BORIS)
    for is_on in (False, True, False):
        await preferences.choose(CUSTOMER, {REMINDERS_BY_SMS: is_on}, ChoiceSource.PAGE)
        await preferences.choose(gone, {REMINDERS_BY_SMS: is_on}, ChoiceSource.PAGE)
        desk.clock.now += HOUR
    delete = load_statements("retention/by_time/access.sql")["notice_choices"]
    await pool.execute(delete, NOW, 100)
    assert len(await preferences.history(CUSTOMER)) == 3, "none is old enough"
    await pool.execute(delete, desk.clock.now, 100)
    (left,) = await preferences.history(CUSTOMER)
    assert not left.is_on
    assert await preferences.history(gone) == []
