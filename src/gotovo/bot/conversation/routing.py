"""The conversation: which handler answers which update. Nothing is remembered between updates.

A button carries what it is about, and a reply what it replies to, so that updates may come late or
in any order. Read this first.
"""

import re
from typing import Final

from aiogram import Dispatcher
from aiogram.filters import Command, CommandStart
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from gotovo.bot.conversation.chat_visit import ChatVisit, language_of_tag
from gotovo.bot.conversation.help_thread import ask
from gotovo.bot.conversation.linking import (
    HELP,
    MY_ORDERS,
    change_membership,
    main_keyboard,
    offer_link,
    start,
    stop,
    take_contact,
)
from gotovo.bot.conversation.order_list import my_orders, turn_page
from gotovo.bot.conversation.order_presses import choose_slot, open_by_number, press_order
from gotovo.bot.conversation.replies import answer_press, say
from gotovo.notices.channels.telegram.buttons import (
    LanguageButton,
    ListButton,
    OrderButton,
    SlotButton,
)
from gotovo.order.values.number import parse
from gotovo.words.formats.phones import format_phone
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator, msgid, own_name

COMMANDS: Final = {
    "orders": MY_ORDERS,
    "help": HELP,
    "language": msgid("Language"),
    "stop": msgid("Unlink this chat"),
}
"""The commands in Telegram's menu, with what it says of each."""

_NUMBER: Final = re.compile(r"(?<!\d)\d{4}[\s\u00a0-]?\d{4}[\s\u00a0-]?\d{4}(?!\d)")


def conversation() -> Dispatcher:
    """Return what takes updates; `visit` is given with each."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.message.register(start, CommandStart())
    dispatcher.message.register(take_contact, _has_contact)
    dispatcher.message.register(stop, Command("stop"))
    dispatcher.message.register(offer_languages, Command("language"))
    dispatcher.message.register(general_help, Command("help"))
    dispatcher.message.register(say_unlinked, _is_unlinked)
    dispatcher.message.register(my_orders, Command("orders"))
    dispatcher.message.register(ask, _names_order_in_reply)
    dispatcher.message.register(my_orders, _asks_for_orders)
    dispatcher.message.register(general_help, _asks_for_help)
    dispatcher.message.register(open_by_number, _names_order)
    dispatcher.message.register(not_understood)
    dispatcher.callback_query.register(set_language, LanguageButton.filter())
    dispatcher.callback_query.register(press_unlinked, _is_unlinked)
    dispatcher.callback_query.register(press_order, OrderButton.filter())
    dispatcher.callback_query.register(choose_slot, SlotButton.filter())
    dispatcher.callback_query.register(turn_page, ListButton.filter())
    dispatcher.callback_query.register(press_unknown)
    dispatcher.my_chat_member.register(change_membership)
    return dispatcher


def menu(language: Language) -> list[BotCommand]:
    """Return the commands of Telegram's menu in a language."""
    _ = Translator(language).gettext
    return [BotCommand(command=each, description=_(label)) for each, label in COMMANDS.items()]


async def general_help(_message: Message, visit: ChatVisit) -> None:
    """Say how to ask, and whom to call."""
    _ = visit.translate.gettext
    text = [_("Open the order that you want to ask about, and press Help below it.")]
    if visit.dependencies.hotline:
        text.append(_("Or call us: {phone}", phone=format_phone(visit.dependencies.hotline)))
    keyboard = main_keyboard(visit.language) if visit.linked is not None else None
    await say(visit, "\n".join(text), keyboard)


async def offer_languages(_message: Message, visit: ChatVisit) -> None:
    """Offer the languages, each by its own name."""
    row = [
        InlineKeyboardButton(
            text=own_name(each), callback_data=LanguageButton(language=each).pack()
        )
        for each in LANGUAGES
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[row])
    await say(visit, visit.translate.gettext("Language"), keyboard)


async def set_language(
    query: CallbackQuery, callback_data: LanguageButton, visit: ChatVisit
) -> None:
    """Change the language of a linked chat; others follow the person's app."""
    await answer_press(visit, query.id)
    if visit.linked is None:
        return
    language = language_of_tag(callback_data.language)
    await visit.dependencies.chats.set_language(visit.chat, language)
    text = Translator(language).gettext("From now on this chat is in English.")
    await say(visit, text, main_keyboard(language))


async def not_understood(_message: Message, visit: ChatVisit) -> None:
    """Say what can be written here."""
    _ = visit.translate.gettext
    text = _(
        "Press My orders, or send the number of an order. To ask support, reply to a message "
        "about the order."
    )
    await say(visit, text, main_keyboard(visit.language))


async def say_unlinked(_message: Message, visit: ChatVisit) -> None:
    """Say how to link the chat: nothing is shown before that."""
    await offer_link(visit)


async def press_unlinked(query: CallbackQuery, visit: ChatVisit) -> None:
    """Say the same to whoever presses an old button."""
    await answer_press(visit, query.id)
    await offer_link(visit)


async def press_unknown(query: CallbackQuery, visit: ChatVisit) -> None:
    """Answer a button that this version does not know, so that it stops to wait."""
    _ = visit.translate.gettext
    await answer_press(visit, query.id, _("This button is out of date. Open the order again."))


def _is_unlinked(_event: Message | CallbackQuery, visit: ChatVisit) -> bool:
    return visit.linked is None


def _has_contact(message: Message) -> bool:
    return message.contact is not None


def _names_order_in_reply(message: Message) -> dict[str, str] | bool:
    """Tell whether a message replies to one of the bot's about an order, and which."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or message.bot is None:
        return False
    if replied.from_user.id != message.bot.id:
        return False
    numbers = _numbers_in(replied.text or replied.caption)
    return {"number": numbers.pop()} if len(numbers) == 1 else False


def _names_order(message: Message) -> dict[str, str] | bool:
    numbers = _numbers_in(message.text)
    return {"number": numbers.pop()} if len(numbers) == 1 else False


def _numbers_in(text: str | None) -> set[str]:
    """Return the numbers of orders in a text; of several nobody knows which is meant."""
    return {number for found in _NUMBER.findall(text or "") if (number := parse(found))}


def _asks_for_orders(message: Message) -> bool:
    return _is_label(message.text, MY_ORDERS)


def _asks_for_help(message: Message) -> bool:
    return _is_label(message.text, HELP)


def _is_label(text: str | None, label: str) -> bool:
    """Tell whether a text is what one of our buttons says, in whichever language."""
    typed = (text or "").strip().casefold()
    return any(typed == Translator(each).gettext(label).casefold() for each in LANGUAGES)
