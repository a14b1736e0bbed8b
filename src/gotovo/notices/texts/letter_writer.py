"""Letters: what is sent of messages that are due, worded for the channel that it goes through."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct, structs

from gotovo.access.buyer_requests.pay_links import PayLinks
from gotovo.engine.ports import PlacesSource
from gotovo.keyring.keyring import Keyring
from gotovo.notices.policy import Notice
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import ChannelName, Purpose
from gotovo.notices.texts.account_texts import account_subject
from gotovo.notices.texts.message_texts import MessageTexts
from gotovo.notices.texts.text_values import MessageContext
from gotovo.notices.texts.wording import notice_subject, notice_text, point_of, text_together
from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.customer import Contact
from gotovo.store.tables.messages.messages import BuyerMessage
from gotovo.words.language import preferred_language


class DueMessage(Struct, frozen=True):
    """A message, what it announces now, and how to reach the buyer.

    One about an account has no notice: it has its text already.
    """

    message: BuyerMessage
    notice: Notice | None
    contact: Contact

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.message.purpose)


class LetterWriter:
    """Writes the letters of an installation."""

    def __init__(
        self,
        places: PlacesSource,
        keyring: Callable[[], Keyring],
        told_at: Callable[[BuyerMessage], datetime],
        site: str,
        texts: MessageTexts | None,
        *,
        pay_links: PayLinks | None = None,
    ) -> None:
        """Without `site`, the pages' address, letters have no links; `texts` are an operator's.

        Without `pay_links` nothing is paid on the pages.

        `told_at` says which time a message bears and speaks of.
        """
        self._places = places
        self._keyring = keyring
        self._told_at = told_at
        self._site = site
        self._texts = texts
        self._pay_links = pay_links

    def letter(self, due: Sequence[DueMessage]) -> Letter:
        """Return what is sent of some messages as one, without its text."""
        first = due[0]
        message, language = first.message, preferred_language(first.contact.locale)
        letter = Letter(
            id=message.id,
            contact=first.contact,
            customer=message.customer,
            number=message.number,
            purpose=first.purpose,
            language=language,
            subject=account_subject(language),
            text="",
            at=self._told_at(message),
        )
        notices = _notices(due)
        if not notices:
            return letter
        context, storage = self._context(notices[0], first), notices[0].order.storage
        return structs.replace(
            letter,
            subject=notice_subject(notices, context, self._texts),
            count=len(notices),
            until=storage.deadline_at if storage else None,
            time_zone=context.time_zone,
            orders=tuple(each.order for each in notices),
            point=context.point,
        )

    def text(self, due: Sequence[DueMessage], channel: ChannelName) -> str:
        """Return the text for a channel, which may have a shorter one of its own."""
        notices = _notices(due)
        if not notices:
            return due[0].message.text or ""
        context = self._context(notices[0], due[0])
        if len(notices) == 1:
            return notice_text(notices[0], context, channel, self._texts)
        return text_together(notices, context, channel, self._texts)

    def _context(self, notice: Notice, due: DueMessage) -> MessageContext:
        points, warehouses = self._places()
        now = self._told_at(due.message)
        return MessageContext(
            point=points.get(point_of(notice)),
            language=preferred_language(due.contact.locale),
            codes=self._keyring().codes,
            now=now,
            time_zone=time_zone_of(notice.order, points, warehouses),
            site=self._site,
            pay_link=self._pay_links.url(notice.order, now) if self._pay_links else "",
        )


def _notices(due: Sequence[DueMessage]) -> list[Notice]:
    """Return what is announced, nothing of a message about an account."""
    return [each.notice for each in due if each.notice is not None]
