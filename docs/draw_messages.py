"""Draws docs/pictures/messages-*.svg: `python -m docs.draw_messages`.

One order from its first payment to its refund, as the buyer's phone shows it: by SMS what is sent
so, the rest by the first of its channels. Every message is the
real one: the steps are decided by the program, and what they announce is worded by it.
"""  # noqa: INP001  (a script beside its pages, no package)

import textwrap
from collections.abc import Iterator
from datetime import date, datetime
from html import escape
from pathlib import Path

from msgspec import Struct

from gotovo.keyring.keyring import one_key
from gotovo.notices.channels.sms.segments import segments_of
from gotovo.notices.channels.sms.transliteration import sent_text
from gotovo.notices.policy import Notice, notice_of
from gotovo.notices.preferences.labels import CHANNELS
from gotovo.notices.rules import RULES, ChannelName
from gotovo.notices.texts.text_values import MessageContext
from gotovo.notices.texts.wording import notice_text
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.values.order import Units
from gotovo.points.point import Point
from gotovo.town.dataset.places import TIME_ZONE, points
from gotovo.words.formats.dates import format_date_time
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator
from tests.support.order.cast import SECRET, Play, basket
from tests.support.order.stories import pay

FOLDER = Path(__file__).parent / "pictures"

_TEA_COST, _CUP_COST = 120_000, 90_000
_LETTERS = 37
"""Of a line in a bubble: what fits with wide letters."""

_WIDTH, _MARGIN, _LINE, _FOOT, _GAP = 340, 20, 19, 20, 30
_STYLE = """\
text{font:14px system-ui,"Segoe UI",Roboto,sans-serif;fill:#1d2329}
.head{font-weight:650;font-size:15px}.foot{font-size:11.5px;fill:#59636e}
.phone{fill:#f4f6f8;stroke:#c3cbd3;stroke-width:2}.bubble{fill:#fff;stroke:#d5dbe1}
@media (prefers-color-scheme:dark){text{fill:#e6eaee}.foot{fill:#9aa5b1}
.phone{fill:#12161a;stroke:#3a444e}.bubble{fill:#1e252c;stroke:#36404a}}"""


class ShownMessage(Struct, frozen=True):
    """A message on the phone: its lines as they break there, and what stands below it."""

    lines: tuple[str, ...]
    foot: str


def life() -> Play:
    """Return an order that is paid in two parts, collected late, and not taken whole."""
    town = {each.code: each for each in points(date(2026, 11, 23))}
    play = Play(points=town)
    play.do(
        basket(lines=(NewLine("tea", "Чай", 2, _TEA_COST), NewLine("cup", "Чашка", 1, _CUP_COST)))
    )
    play.wait(minutes=3).do(pay(_CUP_COST, "first"))
    play.wait(minutes=40).do(pay(2 * _TEA_COST, "second"))
    play.wait(hours=1).do(StartPicking("1")).wait(minutes=20).do(Pack()).do(Dispatch(manifest="m1"))
    play.wait(hours=20).do(Arrive()).wait(minutes=15).do(Shelve(cell="A1"))
    storage = play.order.storage
    assert storage is not None
    for reminder in storage.reminders[1:2]:
        play.now = reminder.at
        play.do(RemindOfStorage())
    play.wait(hours=3).do(OpenHandover(code=play.code()))
    play.wait(minutes=2).do(HandOver(code=play.code(), refused=(Units(2, 1),)))
    play.wait(days=3, hours=1).do(CompleteRefund(play.order.refunds[0].id))
    return play


def drawn(play: Play, language: Language) -> str:
    """Return the picture of all messages of an order in a language."""
    messages = list(_messages(play, language))
    heights = [len(each.lines) * _LINE + _FOOT for each in messages]
    height = 60 + sum(heights) + len(heights) * _GAP
    title = Translator(language).gettext("Messages")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"',
        f'viewBox="0 0 {_WIDTH} {height}" role="img" lang="{language}">',
        f"<title>{title}</title>",
        f"<style>\n{_STYLE}\n</style>",
        f'<rect class="phone" x="1" y="1" width="{_WIDTH - 2}" height="{height - 2}" rx="26"/>',
        f'<text class="head" x="{_WIDTH / 2:g}" y="32" text-anchor="middle">Gotovo</text>',
    ]
    top = 48
    for message, own in zip(messages, heights, strict=True):
        parts += _bubble(message, top, own)
        top += own + _GAP
    return "\n".join([*parts, "</svg>", ""])


def _bubble(message: ShownMessage, top: int, height: int) -> Iterator[str]:
    yield (
        f'<rect class="bubble" x="{_MARGIN - 6}" y="{top}" width="{_WIDTH - 2 * _MARGIN + 12}" '
        f'height="{height + 14}" rx="14"/>'
    )
    y = top + 8
    for line in message.lines:
        y += _LINE
        yield f'<text x="{_MARGIN + 6}" y="{y - 4}">{escape(line, quote=False)}</text>'
    yield f'<text class="foot" x="{_MARGIN + 6}" y="{y + _FOOT - 4}">{message.foot}</text>'


def _messages(play: Play, language: Language) -> Iterator[ShownMessage]:
    for event in play.history:
        notice = notice_of(play.history, event.version)
        if notice is not None:
            yield _shown(notice, event.recorded_at, play.world.points["KZN-1"], language)


def _shown(notice: Notice, at: datetime, point: Point, language: Language) -> ShownMessage:
    context = MessageContext(point, language, one_key(SECRET), at, TIME_ZONE)
    channels = RULES[notice.purpose].channels
    channel = ChannelName.SMS if ChannelName.SMS in channels else channels[0]
    text = notice_text(notice, context, channel)
    sent_by = Translator(language).gettext(CHANNELS[channel])
    if channel is ChannelName.SMS:
        text = sent_text(text, transliterated=False)
        sent_by = f"SMS × {segments_of(text).count}"
    lines = (line for each in text.split("\n") for line in textwrap.wrap(each, _LETTERS))
    moment = format_date_time(at, TIME_ZONE, language, at)
    return ShownMessage(tuple(lines), f"{moment} · {sent_by} · {notice.purpose}")


if __name__ == "__main__":
    order = life()
    for spoken in LANGUAGES:
        FOLDER.joinpath(f"messages-{spoken}.svg").write_text(drawn(order, spoken), "utf-8")
