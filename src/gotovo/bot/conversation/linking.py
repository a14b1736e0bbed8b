"""Linking in the chat: by the link from the account page, or by the sender's own contact."""

from aiogram.filters import CommandObject
from aiogram.types import (
    ChatMemberUpdated,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from gotovo.access.buyer_requests import telegram_links
from gotovo.access.phones import parse_phone
from gotovo.access.rate_limits import refused_for
from gotovo.bot.conversation.chat_visit import ChatVisit
from gotovo.bot.conversation.order_list import show_list
from gotovo.bot.conversation.replies import say
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.telegram.chats import TelegramChat
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid

MY_ORDERS = msgid("My orders")
HELP = msgid("Help")

_AWAY = frozenset({"kicked", "left"})


async def start(_message: Message, command: CommandObject, visit: ChatVisit) -> None:
    """Greet; a link from the account page links the chat."""
    token = (command.args or "").strip()
    if token:
        await _by_token(visit, token)
    elif visit.linked is None:
        await offer_link(visit)
    else:
        await _welcome(visit, visit.linked.customer, None)


async def take_contact(message: Message, visit: ChatVisit) -> None:
    """Link the chat to the sender's own phone; anybody else's contact is refused."""
    _ = visit.translate.gettext
    contact, sender, dependencies = message.contact, message.from_user, visit.dependencies
    assert contact is not None, "the filter has looked"
    if sender is None or contact.user_id != sender.id:
        refused = _("This is somebody else's contact. Share your own with the button below.")
        await say(visit, refused, contact_keyboard(visit.language))
        return
    digits = contact.phone_number.strip().removeprefix("+")
    phone = parse_phone(f"+{digits}", dependencies.region)
    if phone is None:
        await say(visit, _("We can't read this phone number. Link this chat on the site."))
        return
    customer = await telegram_links.link_by_phone(
        dependencies.chats,
        dependencies.phone_accounts,
        dependencies.accounts,
        phone,
        visit.chat,
        visit.language,
        visit.now,
        dependencies.idle_phone,
    )
    await _linked(visit, customer, "contact")


async def stop(_message: Message, visit: ChatVisit) -> None:
    """Unlink the chat: nothing more is sent here."""
    _ = visit.translate.gettext
    if visit.linked is not None:
        await visit.dependencies.chats.unlink(visit.chat)
        await visit.dependencies.cards.forget_chat(visit.chat)
        visit.record(SecurityKind.TELEGRAM_UNLINKED, visit.linked.customer, "chat")
    text = _(
        "This chat is not linked any more: messages about your orders come by SMS or e-mail again."
    )
    await say(visit, text, ReplyKeyboardRemove())


async def change_membership(update: ChatMemberUpdated, visit: ChatVisit) -> None:
    """Note that somebody has blocked the bot, or has let it back in."""
    chats = visit.dependencies.chats
    if update.new_chat_member.status in _AWAY:
        await chats.block(visit.chat, visit.now)
    else:
        await chats.note_use(visit.chat, visit.now)


async def offer_link(visit: ChatVisit) -> None:
    """Say how to link this chat."""
    _ = visit.translate.gettext
    site = visit.dependencies.public_url
    text = [
        _("Your orders are shown here once this chat is linked to your account."),
        _("Share your phone number with the button below, or link the chat on the site."),
    ]
    if site.startswith("https://"):
        text.append(f"{site}/telegram")
    await say(visit, "\n".join(text), contact_keyboard(visit.language))


def contact_keyboard(language: Language) -> ReplyKeyboardMarkup:
    """Return the button with which Telegram sends the person's own phone."""
    label = Translator(language).gettext("Share my phone number")
    button = KeyboardButton(text=label, request_contact=True)
    return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)


def main_keyboard(language: Language) -> ReplyKeyboardMarkup:
    """Return the buttons that stay below a linked chat."""
    _ = Translator(language).gettext
    row = [KeyboardButton(text=_(MY_ORDERS)), KeyboardButton(text=_(HELP))]
    return ReplyKeyboardMarkup(keyboard=[row], resize_keyboard=True, is_persistent=True)


async def _by_token(visit: ChatVisit, token: str) -> None:
    dependencies = visit.dependencies
    wait = await refused_for(
        dependencies.rate_limits,
        dependencies.keyring().limits.key,
        telegram_links.GUESSES_PER_CHAT,
        str(visit.chat),
        visit.now,
    )
    customer = None
    if wait is None:
        customer = await telegram_links.link_by_token(
            dependencies.chats, token, visit.chat, visit.language, visit.now
        )
    if customer is None:
        _ = visit.translate.gettext
        text = _("This link was used already, or is older than ten minutes. Ask for a new one.")
        await say(visit, text)
        return
    await _linked(visit, customer, "link")


async def _linked(visit: ChatVisit, customer: str, method: str) -> None:
    """Say that the chat is linked, and to what the buyer has agreed."""
    if visit.linked is not None and visit.linked.customer != customer:
        await visit.dependencies.cards.forget_chat(visit.chat)
    visit.record(SecurityKind.TELEGRAM_LINKED, customer, method=method)
    chat = await visit.dependencies.chats.chat(visit.chat)
    await _welcome(visit, customer, chat)


async def _welcome(visit: ChatVisit, customer: str, chat: TelegramChat | None) -> None:
    _ = visit.translate.gettext
    text = _(
        "This chat is linked to your account. Messages about your orders come here first; /stop "
        "ends that."
    )
    await say(visit, text, main_keyboard(visit.language))
    since = chat.orders_since if chat is not None else None
    if visit.linked is not None and chat is None:
        since = visit.linked.orders_since
    await show_list(visit, customer, since, 0, None)
