"""Presses about an order: what each shows or does. What may be done is asked of the order."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from aiogram.types import CallbackQuery, Message
from msgspec import Struct

from gotovo.bot.conversation.chat_visit import ChatVisit
from gotovo.bot.conversation.help_thread import offer_help
from gotovo.bot.conversation.order_text import ChatOrder
from gotovo.bot.conversation.replies import (
    answer_press,
    read_order,
    say,
    show,
    show_card,
    show_code,
)
from gotovo.bot.conversation.screens import cancellation_screen, extension_screen, slot_screen
from gotovo.engine.submission import ResultKind
from gotovo.notices.channels.telegram.buttons import OrderButton, OrderPress, SlotButton
from gotovo.order.account.cancellation_terms import cancellation_terms
from gotovo.order.account.shown_codes import shown_qr_text
from gotovo.order.facts import Decision
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.storage_extension import ExtendStorage, extended_deadline
from gotovo.points.delivery_slots import delivery_slots
from gotovo.words.refusals import refusal_notice
from gotovo.words.translations import msgid

_UNKNOWN: Final = msgid("There is no such order in your account.")
_NOT_NOW: Final = msgid("This is not possible with this order any more.")
_GONE: Final = msgid("This time is no longer available. Please choose another.")
_SECONDS_MAX: Final = 1 << 37  # Later than the year 6000, and still a date of Python's.


class OrderAnswer(Struct, frozen=True):
    """A press about an order of the chat's buyer; `message` has the button, None if it is gone."""

    visit: ChatVisit
    press: str
    shown: ChatOrder
    message: int | None


async def press_order(query: CallbackQuery, callback_data: OrderButton, visit: ChatVisit) -> None:
    """Do what a button about an order asks for."""
    answer = await _answer(query, callback_data.number, visit)
    if answer is not None:
        await _HANDLERS[callback_data.press](answer)


async def choose_slot(query: CallbackQuery, callback_data: SlotButton, visit: ChatVisit) -> None:
    """Agree to a time; one that is not offered any more is said, and the others shown again."""
    answer = await _answer(query, callback_data.number, visit)
    if answer is None:
        return
    ends = (callback_data.begins, callback_data.ends)
    if not all(0 <= each < _SECONDS_MAX for each in ends):
        await answer_press(visit, answer.press, visit.translate.gettext(_GONE))
        return
    begins_at, ends_at = (datetime.fromtimestamp(each, UTC) for each in ends)
    result = await visit.submit(answer.shown.order, AgreeSlot(begins_at, ends_at))
    if result.refusal is not None and result.refusal.code is Code.WRONG_TIME:
        await answer_press(visit, answer.press, visit.translate.gettext(_GONE))
        await _ask_for_slot(answer)
        return
    sentence = visit.translate.gettext("You have confirmed this time.")
    await _end(answer, result.kind, result.refusal, sentence)


async def open_by_number(_message: Message, visit: ChatVisit, number: str) -> None:
    """Send the card of an order that was named."""
    if await visit.order(number) is None:
        await say(visit, visit.translate.gettext(_UNKNOWN))
        return
    await show_card(visit, number, None)


async def _answer(query: CallbackQuery, number: str, visit: ChatVisit) -> OrderAnswer | None:
    """Return what a press is about; one about nobody's or somebody else's order is said so."""
    order = await visit.order(number)
    shown = await read_order(visit.dependencies, number, visit.language) if order else None
    if shown is None:
        await answer_press(visit, query.id, visit.translate.gettext(_UNKNOWN))
        return None
    message = query.message.message_id if query.message is not None else None
    return OrderAnswer(visit, query.id, shown, message)


async def _open(answer: OrderAnswer) -> None:
    await answer_press(answer.visit, answer.press)
    await show_card(answer.visit, answer.shown.order.number, None)


async def _show(answer: OrderAnswer) -> None:
    await answer_press(answer.visit, answer.press)
    await show_card(answer.visit, answer.shown.order.number, answer.message)


async def _send_code(answer: OrderAnswer) -> None:
    await _code(answer, None)


async def _renew_code(answer: OrderAnswer) -> None:
    await _code(answer, answer.message)


async def _code(answer: OrderAnswer, photo: int | None) -> None:
    shown = answer.shown
    if not shown_qr_text(shown.order, shown.keys, shown.now):
        await _not_now(answer, photo)
        return
    await answer_press(answer.visit, answer.press)
    await show_code(answer.visit, shown, photo)


async def _ask_to_extend(answer: OrderAnswer) -> None:
    shown = answer.shown
    deadline = extended_deadline(shown.order, answer.visit.circumstances(shown.order))
    if not shown.actions.storage_extension or isinstance(deadline, Decision):
        await _not_now(answer, answer.message)
        return
    await answer_press(answer.visit, answer.press)
    await show(answer.visit, extension_screen(shown, deadline), answer.message)


async def _extend(answer: OrderAnswer) -> None:
    result = await answer.visit.submit(answer.shown.order, ExtendStorage())
    await _end(answer, result.kind, result.refusal, "")


async def _ask_to_cancel(answer: OrderAnswer) -> None:
    shown, visit = answer.shown, answer.visit
    if not shown.actions.cancellation:
        await _not_now(answer, answer.message)
        return
    terms = cancellation_terms(shown.order, visit.dependencies.terms, shown.zone, shown.now)
    await answer_press(visit, answer.press)
    await show(visit, cancellation_screen(shown, terms), answer.message)


async def _cancel(answer: OrderAnswer) -> None:
    result = await answer.visit.submit(answer.shown.order, Cancel())
    await _end(answer, result.kind, result.refusal, "")


async def _offer_slots(answer: OrderAnswer) -> None:
    if not answer.shown.actions.slot:
        await _not_now(answer, answer.message)
        return
    await answer_press(answer.visit, answer.press)
    await _ask_for_slot(answer)


async def _ask_for_slot(answer: OrderAnswer) -> None:
    warehouse = answer.shown.place.warehouse
    slots = delivery_slots(warehouse.timetable, answer.shown.now) if warehouse else ()
    await show(answer.visit, slot_screen(answer.shown, slots), answer.message)


async def _help(answer: OrderAnswer) -> None:
    await answer_press(answer.visit, answer.press)
    await offer_help(answer.visit, answer.shown)


async def _end(
    answer: OrderAnswer, kind: ResultKind, refusal: Refusal | None, sentence: str
) -> None:
    """Say what became of a step, and show the order as it is now."""
    visit = answer.visit
    if kind is ResultKind.REFUSED and refusal is not None:
        sentence = refusal_notice(refusal, visit.language)
    await answer_press(visit, answer.press, sentence)
    await show_card(visit, answer.shown.order.number, answer.message)


async def _not_now(answer: OrderAnswer, photo_or_card: int | None) -> None:
    """Say that the order has changed since the button was made."""
    visit = answer.visit
    await answer_press(visit, answer.press, visit.translate.gettext(_NOT_NOW))
    if photo_or_card is not None:
        await show_card(visit, answer.shown.order.number, photo_or_card)


_HANDLERS: Final[Mapping[OrderPress, Callable[[OrderAnswer], Awaitable[None]]]] = {
    OrderPress.OPEN: _open,
    OrderPress.SHOW: _show,
    OrderPress.CODE: _send_code,
    OrderPress.CODE_AGAIN: _renew_code,
    OrderPress.EXTEND: _ask_to_extend,
    OrderPress.EXTEND_NOW: _extend,
    OrderPress.CANCEL: _ask_to_cancel,
    OrderPress.CANCEL_NOW: _cancel,
    OrderPress.SLOT: _offer_slots,
    OrderPress.HELP: _help,
}
