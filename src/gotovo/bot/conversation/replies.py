"""Replies: how a screen or a sentence gets into a chat, and the card of an order with it."""

from io import BytesIO
from typing import Final

import segno
from aiogram.methods import AnswerCallbackQuery, EditMessageMedia, SendMessage, SendPhoto
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from gotovo.bot.conversation.chat_visit import ChatVisit
from gotovo.bot.conversation.order_text import ChatOrder
from gotovo.bot.conversation.screens import Screen, code_caption, code_rows, order_screen
from gotovo.bot.dependencies import BotDependencies
from gotovo.notices.channels.telegram.client import MessageNotEditable, PressTooOld
from gotovo.order.account.handover_place import handover_place
from gotovo.order.account.offered_actions import buyer_circumstances, offered_actions
from gotovo.order.account.promise_status import delivery_terms, promise_status
from gotovo.order.account.shown_codes import shown_qr_text
from gotovo.order.story import story_of
from gotovo.store.tables.telegram.cards import OrderCardMessage
from gotovo.words.language import Language

PATIENCE_SECONDS: Final = 5.0
"""How long a reply waits where Telegram asks to; a longer wait is left to a later attempt."""

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply

_QR_SCALE: Final = 8  # Pixels of a module: a scanner reads it off any telephone.
_QUIET_MODULES: Final = 4  # ISO/IEC 18004 asks for as many on each side.
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


async def read_order(
    dependencies: BotDependencies, number: str, language: Language
) -> ChatOrder | None:
    """Return what the card of an order shows now; whose it is was asked before."""
    now = dependencies.clock()
    history = await dependencies.orders.history(number)
    story = story_of(history, await dependencies.texts.of_history(history))
    if story is None:
        return None
    order, places = story.order, dependencies.places()
    place = handover_place(order, places)
    terms = delivery_terms(place.point, place.warehouse)
    circumstances = buyer_circumstances(order, now, places[0], dependencies.terms)
    return ChatOrder(
        order=order,
        story=story,
        place=place,
        promise=promise_status(order, terms, now, story.promises),
        actions=offered_actions(order, circumstances),
        keys=dependencies.keyring().codes,
        language=language,
        now=now,
    )


async def say(visit: ChatVisit, text: str, keyboard: Keyboard | None = None) -> int:
    """Send a message in Telegram's HTML; return its number in the chat."""
    sent = await visit.dependencies.client.call(
        SendMessage(
            chat_id=visit.chat,
            text=text,
            parse_mode="HTML",
            reply_markup=keyboard,
            link_preview_options=_NO_PREVIEW,
        ),
        patience=PATIENCE_SECONDS,
    )
    return sent.message_id


async def show(visit: ChatVisit, screen: Screen, message: int | None) -> int:
    """Put a screen into a message, or send it where there is none that can be edited."""
    if message is not None:
        try:
            await visit.dependencies.client.edit(
                visit.chat, message, screen.text, screen.keyboard, patience=PATIENCE_SECONDS
            )
        except MessageNotEditable:
            return await say(visit, screen.text, screen.keyboard)
        return message
    return await say(visit, screen.text, screen.keyboard)


async def show_card(visit: ChatVisit, number: str, message: int | None) -> None:
    """Show an order; the message is its card from now on, and changes with it."""
    dependencies = visit.dependencies
    shown = await read_order(dependencies, number, visit.language)
    assert shown is not None, "an order has a history"
    pay_url = dependencies.pay_url(shown.order, shown.now)
    screen = order_screen(shown, dependencies.public_url, pay_url)
    shown_in = await show(visit, screen, message)
    card = OrderCardMessage(number, visit.chat, shown_in, screen.digest, visit.now)
    await dependencies.cards.put(card)


async def show_code(visit: ChatVisit, shown: ChatOrder, photo: int | None) -> None:
    """Send the QR picture of this minute with the code, or put it into the message before."""
    picture = BufferedInputFile(
        draw_png(shown_qr_text(shown.order, shown.keys, shown.now)), "qr.png"
    )
    caption, rows = code_caption(shown), code_rows(shown)
    client = visit.dependencies.client
    if photo is None:
        await client.call(
            SendPhoto(
                chat_id=visit.chat,
                photo=picture,
                caption=caption,
                parse_mode="HTML",
                reply_markup=rows,
            ),
            patience=PATIENCE_SECONDS,
        )
        return
    try:
        await client.call(
            EditMessageMedia(
                chat_id=visit.chat,
                message_id=photo,
                media=InputMediaPhoto(media=picture, caption=caption, parse_mode="HTML"),
                reply_markup=rows,
            ),
            patience=PATIENCE_SECONDS,
        )
    except MessageNotEditable:
        await show_code(visit, shown, None)


async def answer_press(visit: ChatVisit, press: str, text: str = "") -> None:
    """End the waiting of a press, with a sentence that is shown over the chat if there is one."""
    try:
        await visit.dependencies.client.call(
            AnswerCallbackQuery(
                callback_query_id=press, text=text or None, show_alert=True if text else None
            ),
            patience=PATIENCE_SECONDS,
        )
    except PressTooOld:
        return


def draw_png(text: str) -> bytes:
    """Return the QR code of a text as PNG; a quarter of it may be covered or scratched."""
    picture = BytesIO()
    segno.make_qr(text, error="q", boost_error=False).save(
        picture, kind="png", scale=_QR_SCALE, border=_QUIET_MODULES
    )
    return picture.getvalue()
