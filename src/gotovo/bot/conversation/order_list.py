"""My orders in the chat: a page of buttons, open orders first."""

from datetime import datetime

from aiogram.types import CallbackQuery, Message

from gotovo.bot.conversation.chat_visit import ChatVisit
from gotovo.bot.conversation.replies import answer_press, show
from gotovo.bot.conversation.screens import PAGE, list_screen
from gotovo.notices.channels.telegram.buttons import ListButton

PAGES_MAX = 1_000
"""More than anybody has: a page is part of a button, and buttons come from outside."""


async def my_orders(_message: Message, visit: ChatVisit) -> None:
    """Send the first page."""
    linked = visit.linked
    assert linked is not None, "only a linked chat gets here"
    await show_list(visit, linked.customer, linked.orders_since, 0, None)


async def turn_page(query: CallbackQuery, callback_data: ListButton, visit: ChatVisit) -> None:
    """Put another page in place of what the message shows; an order's card stays as it is."""
    linked = visit.linked
    assert linked is not None, "only a linked chat gets here"
    message = query.message.message_id if query.message is not None else None
    page = min(max(callback_data.page, 0), PAGES_MAX)
    await answer_press(visit, query.id)
    if message is not None:
        await visit.dependencies.cards.forget_message(visit.chat, message)
    await show_list(visit, linked.customer, linked.orders_since, page, message)


async def show_list(
    visit: ChatVisit, customer: str, since: datetime | None, page: int, message: int | None
) -> None:
    """Show a page of the orders of the chat's buyer."""
    reads = visit.dependencies.orders
    found, count = await reads.orders_of(customer, since, page * PAGE, PAGE)
    await show(visit, list_screen(found, count, page, visit.language), message)
