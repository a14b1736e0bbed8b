"""Help in the chat: a reply to a message about an order is a question in that order's thread."""

from html import escape
from typing import Final

from aiogram.types import ForceReply, Message

from gotovo.bot.conversation.chat_visit import ChatVisit
from gotovo.bot.conversation.order_text import ChatOrder
from gotovo.bot.conversation.replies import say
from gotovo.notices.help.help_questions import RefusedQuestion, refused_question_sentence
from gotovo.order.account.handover_place import handover_place
from gotovo.order.values.order import Order
from gotovo.store.tables.orders.help_threads import HelpMessage
from gotovo.words.formats import codes, dates
from gotovo.words.formats.phones import format_phone
from gotovo.words.refusals import refusal_notice

SHOWN_MAX: Final = 4
"""Messages of the thread that are shown again: who asks knows what was said before."""

SAID_MAX: Final = 700
"""Characters of each: four of them and the rest fit into one message of Telegram (4,096)."""


async def offer_help(visit: ChatVisit, shown: ChatOrder) -> None:
    """Show the end of the order's thread, and ask for a reply; answers shown count as read."""
    _ = visit.translate.gettext
    order, dependencies = shown.order, visit.dependencies
    thread = await dependencies.help.thread(order.number)
    number = codes.format_order_number(order.number)
    text = [f"<b>{_('Help')}: {_('Order {number}', number=number)}</b>"]
    text += [_said(visit, shown, each) for each in thread[-SHOWN_MAX:]]
    text.append(_("Reply to this message with your question about order {number}.", number=number))
    if dependencies.hotline:
        phone = format_phone(dependencies.hotline)
        text.append(_("Or call us: {phone}", phone=phone))
    hint = _("Your question")
    await say(visit, "\n\n".join(text), ForceReply(input_field_placeholder=hint))
    if any(each.author == "support" and each.settled_at is None for each in thread):
        await dependencies.help.read_until(order.number, thread[-1].written_at, visit.now)


async def ask(message: Message, visit: ChatVisit, number: str) -> None:
    """Take a question, as the page does; it is the same one when the update comes again."""
    _ = visit.translate.gettext
    order: Order | None = await visit.order(number)
    if order is None:
        await say(visit, _("There is no such order in your account."))
        return
    text = (message.text or "").strip()
    if not text:
        await say(visit, _("We can take only text here. Pictures can be sent on the site."))
        return
    once = f"telegram:{visit.chat}:{message.message_id}"
    result = await visit.dependencies.help_desk.ask(order, text, once, visit.now)
    if isinstance(result, RefusedQuestion):
        await say(visit, escape(refused_question_sentence(result, visit.language)))
        return
    if result.refusal is not None:
        await say(visit, escape(refusal_notice(result.refusal, visit.language)))
        return
    received = [_("Support has received it. The answer will come here.")]
    if result.order is not None:
        received += _answer_due(visit, result.order)
    await say(visit, " ".join(received))


def _answer_due(visit: ChatVisit, order: Order) -> list[str]:
    """Return until when the answer comes, by the clock of the order."""
    clock = order.help
    if clock is None or clock.due_at <= visit.now:
        return []
    zone = handover_place(order, visit.places).time_zone
    moment = dates.format_deadline(clock.due_at, zone, visit.language, visit.now)
    return [visit.translate.gettext("We will answer by {moment}.", moment=moment)]


def _said(visit: ChatVisit, shown: ChatOrder, message: HelpMessage) -> str:
    _ = visit.translate.gettext
    who = _("You") if message.author == "buyer" else _("Support")
    at = dates.format_date_time(message.written_at, shown.zone, visit.language, visit.now)
    said = message.said if len(message.said) <= SAID_MAX else f"{message.said[:SAID_MAX]}…"
    return f"<i>{who} · {at}</i>\n{escape(said)}"
