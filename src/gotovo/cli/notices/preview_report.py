"""What `gotovo notices` prints: a message as it would be sent, and a file of texts."""

from collections.abc import Iterator, Sequence

from gotovo.notices.texts.message_texts import MessageTexts, kinds
from gotovo.notices.texts.text_fields import CHANNELS, uses_of
from gotovo.notices.texts.text_preview import SmsSize, TextPreview
from gotovo.words.language import Language

_ALPHABETS = {"gsm7": "GSM-7", "ucs2": "UCS-2"}
_RULE = "-" * 40


def preview_lines(preview: TextPreview) -> Iterator[str]:
    """Return the message between two rules, and what it takes."""
    yield f"{preview.kind}, {preview.channel}, {preview.language}"
    yield _RULE
    if preview.subject:
        yield f"Subject: {preview.subject}\n"
    yield preview.text
    yield _RULE
    if preview.sms is not None:
        yield from _size_lines(preview.sms)


def _size_lines(size: SmsSize) -> Iterator[str]:
    count = f"{size.segments} segment" + ("" if size.segments == 1 else "s")
    cost = f", {size.cost.amount:f} {size.cost.currency}" if size.cost else ""
    yield f"{_ALPHABETS[size.alphabet]}, {size.units} of {size.units_max} places, {count}{cost}"
    if size.units_over:
        yield f"{size.units_over} places fewer would be a segment less."


def source_lines(texts: MessageTexts, language: Language) -> Iterator[str]:
    """Return the texts of a language as a file in TOML that can be changed and read again."""
    for kind in kinds():
        entries = [
            (use, template.source)
            for use in uses_of(kind)
            if (template := texts.templates.get((language, kind, use))) is not None
        ]
        yield from _table(kind, entries)


def _table(kind: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"[{kind}]"
    for use, source in entries:
        quoted = source.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{use} = """\n{quoted}"""' if "\n" in quoted else f'{use} = "{quoted}"'
    yield ""


def channel_names() -> str:
    """Return the channels, for options and errors."""
    return ", ".join(CHANNELS)
