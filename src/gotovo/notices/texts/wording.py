"""The text of a message about an order: its template, filled in for the notice (rule 4.10).

A pick-up code is two groups of three digits, so that it never looks like a sign-in code
(`account_texts.py`), and says where it is used.
"""

from collections.abc import Sequence

from gotovo.notices.policy import Notice
from gotovo.notices.texts.message_texts import MessageTexts, default_texts
from gotovo.notices.texts.text_fields import EACH, SUBJECT, TEXT, TOGETHER
from gotovo.notices.texts.text_values import MessageContext, values_of
from gotovo.order.values.order import Pickup


def notice_text(
    notice: Notice, context: MessageContext, use: str = TEXT, texts: MessageTexts | None = None
) -> str:
    """Return the message of a notice, one or two sentences per line.

    `use` is the channel that it goes through; `texts` are by default those of the program.
    """
    return _filled(notice.purpose, notice, context, use, texts)


def text_together(
    notices: Sequence[Notice],
    context: MessageContext,
    use: str = TEXT,
    texts: MessageTexts | None = None,
) -> str:
    """Return one message for several orders of one person that are ready at one point."""
    template = (texts or default_texts()).of(context.language, TOGETHER, use)
    lines = (_filled(EACH, notice, context, use, texts) for notice in notices)
    values = values_of(template.fields, notices[0], context)
    return template.filled({**values, "orders": "\n".join(lines)})


def notice_subject(
    notices: Sequence[Notice], context: MessageContext, texts: MessageTexts | None = None
) -> str:
    """Return the subject of an e-mail; locked screens show it, so no code is in it."""
    kind = notices[0].purpose if len(notices) == 1 else TOGETHER
    return _filled(kind, notices[0], context, SUBJECT, texts)


def point_of(notice: Notice) -> str:
    """Return the code of the point that the message is about, empty with a courier."""
    delivery = notice.order.delivery
    return delivery.point if isinstance(delivery, Pickup) else ""


def _filled(
    kind: str, notice: Notice, context: MessageContext, use: str, texts: MessageTexts | None
) -> str:
    template = (texts or default_texts()).of(context.language, kind, use)
    return template.filled(values_of(template.fields, notice, context))
