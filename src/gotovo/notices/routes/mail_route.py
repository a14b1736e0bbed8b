"""The way to an e-mail address."""

from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel, Sent
from gotovo.notices.preferences.preferences import CHOICES_PATH
from gotovo.notices.preferences.unsubscribe import UnsubscribeLinks
from gotovo.notices.routes.mail_orders import mail_data, mail_link
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import RULES


class MailRoute:
    """E-mail to the address of the order's contact; its servers give no receipts."""

    has_receipts = False

    def __init__(
        self,
        channel: Channel[MailMessage],
        site: str = "",
        unsubscribe: UnsubscribeLinks | None = None,
    ) -> None:
        """Use a channel of e-mails; without `site`, the address of the pages, they have no links.

        Without `unsubscribe` nobody can stop them.
        """
        self._channel = channel
        self._site = site
        self._unsubscribe = unsubscribe

    async def reaches(self, letter: Letter) -> bool:
        """Return whether the buyer has given an address."""
        return bool(letter.contact.email)

    async def send(self, letter: Letter) -> Sent:
        """Send the text."""
        return await self._channel.send(
            MailMessage(
                key=str(letter.id),
                address=letter.contact.email or "",
                purpose=letter.purpose,
                number=letter.number,
                sent_at=letter.at,
                language=letter.language,
                subject=letter.subject,
                text=letter.text.replace("\n", "\n\n"),
                link=mail_link(self._site, [x.number for x in letter.orders], letter.language),
                data=mail_data(self._site, letter.orders, letter.point),
                unsubscribe_url=self._stop(letter),
                choices_url=f"{self._site}{CHOICES_PATH}" if self._site else "",
            )
        )

    def _stop(self, letter: Letter) -> str:
        if self._unsubscribe is None:
            return ""
        return self._unsubscribe.url(letter.customer, RULES[letter.purpose].kind, letter.at.date())
