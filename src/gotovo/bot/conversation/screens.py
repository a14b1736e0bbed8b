"""Screens: the text of a message with its buttons. Pure: what is shown in, a screen out."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from msgspec import Struct

from gotovo.bot.conversation.order_text import (
    ChatOrder,
    code_lines,
    order_text,
    point_lines,
    slot_words,
)
from gotovo.notices.channels.telegram.buttons import (
    ListButton,
    OrderButton,
    OrderPress,
    SlotButton,
)
from gotovo.order.account.cancellation_terms import CancellationTerms
from gotovo.order.account.shown_codes import shown_qr_text
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.captured import amount_due
from gotovo.order.values.status import status_of
from gotovo.points.delivery_slots import DeliverySlot
from gotovo.points.local_time import local_date
from gotovo.points.storage_term import StorageDeadline
from gotovo.words.formats import codes, dates
from gotovo.words.formats.map_link import map_link
from gotovo.words.formats.money import format_money
from gotovo.words.language import Language
from gotovo.words.statuses import status_label
from gotovo.words.storage_rule import storage_rule_sentence
from gotovo.words.translations import Translator

PAGE: Final = 8
"""Orders on a page of the list: as many buttons as a small screen has room for."""


class Screen(Struct, frozen=True):
    """A message: Telegram's HTML, and rows of buttons below it."""

    text: str
    rows: Sequence[Sequence[InlineKeyboardButton]] = ()

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """Return the buttons, None without any."""
        if not self.rows:
            return None
        return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in self.rows])

    @property
    def digest(self) -> bytes:
        """Return what tells this screen from others."""
        words = [self.text, *(f"{x.text}\n{x.callback_data}{x.url}" for y in self.rows for x in y)]
        return hashlib.sha256("\n\n".join(words).encode()).digest()


def order_screen(shown: ChatOrder, site: str, pay_url: str = "") -> Screen:
    """Return the card of an order, with what can be done about it now; `pay_url` opens payment.

    Telegram opens addresses of the web alone, so a site that people can't reach has no buttons.
    """
    _ = Translator(shown.language).gettext
    order, point = shown.order, shown.place.point
    rows: list[list[InlineKeyboardButton]] = []
    if pay_url.startswith("https://"):
        due = format_money(amount_due(order), order.currency, shown.language)
        rows.append([InlineKeyboardButton(text=_("Pay {sum}", sum=due), url=pay_url)])
    if shown_qr_text(order, shown.keys, shown.now):
        rows.append([_press(order, OrderPress.CODE, _("Code with QR picture"))])
    if shown.actions.slot:
        label = _("Change the time") if order.slot else _("Choose a time")
        rows.append([_press(order, OrderPress.SLOT, label)])
    if shown.actions.storage_extension:
        rows.append([_press(order, OrderPress.EXTEND, _("Keep it longer"))])
    if point is not None and order.outcome is None:
        rows.append([InlineKeyboardButton(text=_("Map"), url=map_link(point.address))])
    last = [_press(order, OrderPress.HELP, _("Help"))]
    if shown.actions.cancellation:
        last.append(_press(order, OrderPress.CANCEL, _("Cancel order")))
    rows.append(last)
    if site.startswith("https://"):
        address = f"{site}/orders/{order.number}"
        rows.append([InlineKeyboardButton(text=_("Open on the site"), url=address)])
    rows.append([_to_list(shown.language)])
    return Screen(order_text(shown), rows)


def list_screen(orders: Sequence[Order], count: int, page: int, language: Language) -> Screen:
    """Return a page of the list: a button for each order, with its status."""
    translator = Translator(language)
    _ = translator.gettext
    if not count:
        return Screen(_("You have no orders yet. The first one will appear here."))
    rows = [[_press(each, OrderPress.SHOW, _in_list(each, language))] for each in orders]
    turns: list[InlineKeyboardButton] = []
    if page:
        turns.append(_turn(_("Newer"), page - 1))
    if (page + 1) * PAGE < count:
        turns.append(_turn(_("Older"), page + 1))
    return Screen(f"<b>{_('My orders')}</b>", [*rows, turns] if turns else rows)


def extension_screen(shown: ChatOrder, deadline: StorageDeadline) -> Screen:
    """Ask whether to keep an order longer: until when, and by which rule."""
    translator, order = Translator(shown.language), shown.order
    _ = translator.gettext
    assert order.storage is not None, order.number
    text = [
        _question(shown, _("Extend storage?")),
        _(
            "It will be kept until {moment} instead of {before}.",
            moment=_deadline(shown, deadline.at),
            before=_deadline(shown, order.storage.deadline_at),
        ),
        _("You can do this once, free of charge."),
        _("Why: {rule}.", rule=storage_rule_sentence(deadline.rule, shown.language)),
    ]
    yes = _press(order, OrderPress.EXTEND_NOW, _("Keep it longer"))
    return Screen("\n".join(text), [[yes], [_back(shown, _("Leave it as it is"))]])


def cancellation_screen(shown: ChatOrder, terms: CancellationTerms) -> Screen:
    """Ask whether to cancel an order: what follows comes first."""
    _ = Translator(shown.language).gettext
    text = [
        _question(shown, _("Cancel this order?")),
        _(
            "The order is closed immediately. This can't be undone, and price and availability "
            "may be different if you order again."
        ),
        _money_after(shown, terms),
    ]
    if terms.left_warehouse:
        text.append(
            _("The items have already left the warehouse: we turn them back at no cost to you.")
        )
    yes = _press(shown.order, OrderPress.CANCEL_NOW, _("Yes, cancel it"))
    return Screen("\n".join(text), [[yes], [_back(shown, _("Keep the order"))]])


def slot_screen(shown: ChatOrder, slots: Iterable[DeliverySlot]) -> Screen:
    """Offer the times at which the courier can come, the agreed one first."""
    _ = Translator(shown.language).gettext
    order, today = shown.order, local_date(shown.now, shown.zone)
    text = [_question(shown, _("When the courier comes"))]
    rows: list[list[InlineKeyboardButton]] = []
    if order.slot is not None:
        text.append(_("Agreed: {day}, from {begin} to {end}.", **slot_words(shown)))
        if shown.story.is_slot_confirmed:
            text.append(_("You have confirmed this time."))
        elif order.slot[1] > shown.now:
            agreed = DeliverySlot(*order.slot)
            rows.append([_slot(order, agreed, _("This time suits me"))])
    for slot in slots:
        if slot == order.slot:
            continue
        day = dates.format_on_day(local_date(slot[0], shown.zone), shown.language, today)
        begin, end = (dates.format_time(each, shown.zone) for each in slot)
        rows.append([_slot(order, slot, f"{day[:1].upper()}{day[1:]}, {begin}–{end}")])
    if not rows:
        text.append(_("No times are available right now. Ask us for help."))
    return Screen("\n".join(text), [*rows, [_back(shown, _("Back to the order"))]])


def code_caption(shown: ChatOrder) -> str:
    """Return what stands below the QR picture: which order it is for, and how long it works."""
    _ = Translator(shown.language).gettext
    return "\n".join(
        (
            *code_lines(shown),
            *point_lines(shown.place.point, shown.language, shown.now),
            _("The QR changes every minute: ask for a new one at the desk."),
        )
    )


def code_rows(shown: ChatOrder) -> InlineKeyboardMarkup:
    """Return the button for the next QR picture."""
    label = Translator(shown.language).gettext("New QR")
    again = _press(shown.order, OrderPress.CODE_AGAIN, label)
    return InlineKeyboardMarkup(inline_keyboard=[[again]])


def _money_after(shown: ChatOrder, terms: CancellationTerms) -> str:
    """Return what becomes of the money, as the page says it."""
    _ = Translator(shown.language).gettext
    currency, language = shown.order.currency, shown.language
    today = local_date(shown.now, shown.zone)
    sum_ = format_money(terms.refund, currency, language)
    fee = format_money(terms.fee_kept, currency, language)
    day = dates.format_date(terms.refund_by, language, today)
    if terms.fee_kept and terms.refund:
        return _(
            "{sum} will be refunded the way you paid, by {day} at the latest. The delivery fee, "
            "{fee}, is not refunded: the delivery has already begun.",
            sum=sum_,
            day=day,
            fee=fee,
        )
    if terms.fee_kept:
        return _(
            "You paid only for the delivery, {fee}. It is not refunded: the delivery has already "
            "begun.",
            fee=fee,
        )
    if terms.refund:
        return _(
            "The full amount, {sum}, will be refunded the way you paid, by {day} at the latest.",
            sum=sum_,
            day=day,
        )
    if Attention.MONEY in shown.order.attention:
        return _("We go on looking into the payment: whatever you paid will be refunded.")
    if not terms.total:
        return _("The order costs nothing, so there is nothing to refund.")
    return _("Nothing was paid, so there is nothing to refund.")


def _question(shown: ChatOrder, question: str) -> str:
    number = codes.format_order_number(shown.order.number)
    named = Translator(shown.language).gettext("Order {number}", number=number)
    return f"<b>{question}</b>\n{named}\n"


def _in_list(order: Order, language: Language) -> str:
    number = codes.format_order_number(order.number)
    return f"{number} · {status_label(status_of(order), order.outcome, language)}"


def _press(order: Order, press: OrderPress, label: str) -> InlineKeyboardButton:
    data = OrderButton(number=order.number, press=press).pack()
    return InlineKeyboardButton(text=label, callback_data=data)


def _slot(order: Order, slot: DeliverySlot, label: str) -> InlineKeyboardButton:
    begins, ends = (int(each.timestamp()) for each in slot)
    data = SlotButton(number=order.number, begins=begins, ends=ends).pack()
    return InlineKeyboardButton(text=label, callback_data=data)


def _turn(label: str, page: int) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=ListButton(page=page).pack())


def _back(shown: ChatOrder, label: str) -> InlineKeyboardButton:
    return _press(shown.order, OrderPress.SHOW, label)


def _to_list(language: Language) -> InlineKeyboardButton:
    return _turn(Translator(language).gettext("My orders"), 0)


def _deadline(shown: ChatOrder, instant: datetime) -> str:
    return dates.format_deadline(instant, shown.zone, shown.language, shown.now)
