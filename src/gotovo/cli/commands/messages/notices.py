"""`gotovo notices`: what buyers would be told, and whether an operator's own texts are sound."""

import os
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import asyncpg
import typer

from gotovo.assembly.notices.own_texts import message_texts_of, text_complaints
from gotovo.cli.context import print_json, print_line, print_status, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.import_file import chosen_language
from gotovo.cli.notices.order_preview import PreviewWish, preview
from gotovo.cli.notices.preview_report import channel_names, preview_lines, source_lines
from gotovo.cli.options import JsonOption
from gotovo.config import Settings
from gotovo.notices.channels.sms.cost import SegmentPrices
from gotovo.notices.channels.sms.transliteration import sent_text
from gotovo.notices.rules import ChannelName, Purpose
from gotovo.notices.texts.example_texts import example_text
from gotovo.notices.texts.message_texts import MessageTexts, kinds
from gotovo.notices.texts.text_fields import CHANNELS, EACH, SUBJECT
from gotovo.notices.texts.text_preview import TextPreview, sms_size
from gotovo.order.values.number import parse
from gotovo.store.tables.network.directory import Directory
from gotovo.words.language import LANGUAGES, Language, terminal_language

T = TypeVar("T", Purpose, ChannelName)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Preview messages to buyers, and check your own texts of them.",
)

LanguageOption = Annotated[str, typer.Option(help=f"{', '.join(LANGUAGES)}.", show_default=False)]


@app.command("preview")
def preview_message(
    orders: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ORDER]…", help="The order's number; several: told together."),
    ] = None,
    kind: Annotated[str, typer.Option(help="What it is told; an unknown one lists them.")] = "",
    channel: Annotated[str, typer.Option(help=f"{channel_names()}.")] = ChannelName.SMS,
    language: LanguageOption = "",
    show_code: Annotated[
        bool, typer.Option("--show-code", help="Show the pick-up code in place of stars.")
    ] = False,
    example: Annotated[
        bool, typer.Option("--example", help="Without an order: examples of all kinds, or of one.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Print the message that a real order would be told by now; nothing is sent.

    An SMS comes with its alphabet, its segments and what it costs. Each preview of an order is in
    the access log.
    """
    if example is bool(orders):
        message = "ORDER: Expected the number of an order, or --example"
        raise WrongUsage(message)
    chosen = settings()
    texts = message_texts_of(chosen, terminal_language(os.environ))
    if channel not in CHANNELS:
        raise _unknown("--channel", channel, CHANNELS)
    through = ChannelName(channel)
    if example:
        wanted = chosen_language(language) if language else None
        shown = _examples(chosen, texts, kind, through, wanted)
    else:
        shown = [_of_orders(chosen, texts, orders or (), kind, through, language, show_code)]
    if json:
        print_json(shown)
        return
    for each in shown:
        for line in preview_lines(each):
            print_line(line)
    if not example and not show_code:
        print_status("The code is hidden; --show-code shows it.")


@app.command("check")
def check(json: JsonOption = False) -> None:
    """Check your own texts of messages, those of the setting message_texts.

    Exit status 1 when one of them can't be used; the program would not start with it.
    """
    chosen = settings()
    problems = [each.problem for each in text_complaints(chosen, terminal_language(os.environ))]
    if json:
        print_json({"problems": problems})
    else:
        for problem in problems:
            print_line(problem)
        if not problems:
            print_line(
                "No problems found."
                if chosen.message_texts
                else "message_texts is not set: there are no texts of your own."
            )
    if problems:
        raise typer.Exit(PROBLEM)


@app.command("texts")
def texts_in_use(language: LanguageOption = "") -> None:
    """Print the texts in use as a file in TOML, to begin your own with."""
    chosen = settings()
    texts = message_texts_of(chosen, terminal_language(os.environ))
    for line in source_lines(texts, chosen_language(language)):
        print_line(line)


def _of_orders(
    chosen: Settings,
    texts: MessageTexts,
    orders: Sequence[str],
    kind: str,
    channel: ChannelName,
    language: str,
    shows_code: bool,
) -> TextPreview:
    wish = PreviewWish(
        numbers=tuple(dict.fromkeys(map(_number, orders))),
        kind=_one_of(Purpose, kind or Purpose.READY, "--kind"),
        channel=channel,
        language=chosen_language(language) if language else None,
        shows_code=shows_code,
    )
    if len(wish.numbers) > 1 and wish.kind is not Purpose.READY:
        message = f"ORDER: several are told together only with --kind {Purpose.READY.value}"
        raise WrongUsage(message)

    async def work(pool: "asyncpg.Pool[Any]", directory: Directory) -> TextPreview:
        return await preview(wish, chosen, texts, pool, directory)

    return with_directory(chosen, work)


def _examples(
    chosen: Settings,
    texts: MessageTexts,
    kind: str,
    channel: ChannelName,
    language: Language | None,
) -> list[TextPreview]:
    """Return examples of one kind or of all, in one language or in all."""
    if kind and kind not in kinds():
        raise _unknown("--kind", kind, kinds())
    languages: Sequence[Language] = [language] if language else LANGUAGES
    return [
        _example(chosen, texts, each, channel, spoken)
        for spoken in languages
        for each in ([kind] if kind else kinds())
    ]


def _example(
    chosen: Settings, texts: MessageTexts, kind: str, channel: ChannelName, language: Language
) -> TextPreview:
    text = example_text(kind, language, channel, texts)
    if channel is not ChannelName.SMS:
        subject = "" if kind == EACH else example_text(kind, language, SUBJECT, texts)
        return TextPreview(kind, channel, language, text, subject)
    text = sent_text(text, transliterated=chosen.sms_transliteration)
    prices = SegmentPrices(chosen.segment_prices, chosen.sms_currency)
    return TextPreview(kind, channel, language, text, sms=sms_size(text, prices))


def _number(typed: str) -> str:
    number = parse(typed)
    if number is None:
        message = f"ORDER: {typed!r}: Expected a number of twelve digits with its check digit"
        raise WrongUsage(message)
    return number


def _one_of(names: type[T], typed: str, option: str) -> T:
    try:
        return names(typed)
    except ValueError:
        raise _unknown(option, typed, tuple(names)) from None


def _unknown(option: str, typed: str, known: Sequence[str]) -> WrongUsage:
    return WrongUsage(f"{option}: {str(typed)!r}: Expected one of {', '.join(known)}")
