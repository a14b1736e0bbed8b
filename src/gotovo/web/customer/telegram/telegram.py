"""The page of the Telegram bot: whether a chat is linked, a link that links one, and its end."""

from datetime import datetime

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer_requests import telegram_links
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.telegram.chats import TelegramChat, TelegramChats
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.page import require_fresh
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit


class TelegramPage(Struct, frozen=True):
    """What the page shows; templates name it `page`.

    `chat` is None while none is linked. `link` opens the bot and links it, until `link_ends_at`;
    it is empty before one is asked for. `is_ended`: a chat was just unlinked.
    """

    bot: str
    chat: TelegramChat | None
    zone: str
    is_ended: bool
    link: str = ""
    link_ends_at: datetime | None = None


async def telegram_page(visit: Visit, session: Session) -> Response:
    """Show whether a chat is linked."""
    return await _page(visit, session)


async def invite_to_telegram(visit: Visit, session: Session) -> Response:
    """Show a link that works once; whoever has it sees the orders, so the person is proved."""
    chats = _chats(visit)
    require_fresh(visit, session, "telegram")
    token = await telegram_links.invite(chats, session, visit.now, visit.dependencies.random_bytes)
    link = telegram_links.deep_link(visit.dependencies.telegram_bot, token)
    return await _page(visit, session, link)


async def unlink_telegram(visit: Visit, session: Session) -> Response:
    """Unlink the chat: it shows nothing any more, and nothing is sent there."""
    chat = await _chats(visit).unlink_customer(session.customer)
    if chat is not None:
        visit.record(SecurityKind.TELEGRAM_UNLINKED, "page")
    return see_other(visit, "/telegram", ended="1" if chat is not None else "")


async def _page(visit: Visit, session: Session, link: str = "") -> Response:
    chat = await _chats(visit).of_customer(session.customer)
    page = TelegramPage(
        bot=visit.dependencies.telegram_bot,
        chat=chat,
        zone=usual_zone(visit),
        is_ended=bool(visit.query("ended")) and chat is None,
        link=link,
        link_ends_at=visit.now + telegram_links.LIFETIME if link else None,
    )
    return render(visit, "customer/telegram/telegram.html", page=page)


def _chats(visit: Visit) -> TelegramChats:
    """Return the chats; without a bot there is no such page."""
    if visit.dependencies.telegram is None:
        raise PageNotFound
    return visit.dependencies.telegram
