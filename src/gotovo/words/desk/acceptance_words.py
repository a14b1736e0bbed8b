"""What is said to a scan at an acceptance: a few words to be spoken, and what to do next."""

from collections.abc import Mapping
from typing import Final

from gotovo.manifests.differences import ScanAnswer
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid, pmsgid


class ScanWords(Value, frozen=True):
    """What is spoken, and the sentence that says what to do."""

    say: str
    next: str


_PUT_ASIDE: Final = msgid("Put it aside; the report tells the sender.")

_WORDS: Final[Mapping[ScanAnswer, tuple[str, str]]] = {
    ScanAnswer.ACCEPTED: (pmsgid("spoken", "Accepted"), msgid("Put it on a shelf.")),
    ScanAnswer.ALREADY_HERE: (
        pmsgid("spoken", "Already here"),
        msgid("It was accepted before; nothing has changed."),
    ),
    ScanAnswer.WRONG_POINT: (
        pmsgid("spoken", "Not ours"),
        msgid("It belongs to {place}. Put it aside; the report tells the sender."),
    ),
    ScanAnswer.SURPLUS: (
        pmsgid("spoken", "Surplus"),
        msgid("It is for this point and not on the manifest. Put it on a shelf."),
    ),
    ScanAnswer.UNKNOWN: (
        pmsgid("spoken", "Unknown"),
        msgid("This is no parcel of ours. Scan its own barcode, or put it aside."),
    ),
    ScanAnswer.UNREADABLE: (
        pmsgid("spoken", "Unreadable"),
        msgid("Put it aside until it is missed: box and product do not tell which one it is."),
    ),
    ScanAnswer.DUPLICATE_CODE: (pmsgid("spoken", "Same code twice"), _PUT_ASIDE),
    ScanAnswer.DAMAGED: (
        pmsgid("spoken", "Damaged"),
        msgid("It is accepted and flagged. Put it on a shelf."),
    ),
    ScanAnswer.NO_ORDER: (
        pmsgid("spoken", "No order"),
        msgid("It is noted, and needs no cell."),
    ),
    ScanAnswer.TO_RETURN: (
        pmsgid("spoken", "Return shelf"),
        msgid("Its order was closed on the way. Put it on the return shelf: it goes back."),
    ),
}

_INTO_CELL: Final = msgid("Put it into cell {cell}, and scan the cell.")
_LIES: Final = msgid("It lies in cell {cell}; nothing has changed.")


def scan_words(answer: ScanAnswer, cell: str, belongs_to: str, language: Language) -> ScanWords:
    """Return what is said to a scan; the number of the cell is spoken after what it is."""
    translator = Translator(language)
    spoken, sentence = _WORDS[answer]
    say = translator.pgettext("spoken", spoken)
    text = translator.gettext(sentence, place=belongs_to)
    if not cell:
        return ScanWords(say, text)
    if answer is ScanAnswer.ALREADY_HERE:
        return ScanWords(f"{say}. {spoken_cell(cell)}", translator.gettext(_LIES, cell=cell))
    into = translator.gettext(_INTO_CELL, cell=cell)
    if answer is ScanAnswer.ACCEPTED:
        return ScanWords(spoken_cell(cell), into)
    return ScanWords(f"{say}. {spoken_cell(cell)}", f"{text} {into}")


def shelving_words(cell: str, remaining: int, language: Language, *, is_ready: bool) -> ScanWords:
    """Return what is said when a parcel was put into a cell."""
    translator = Translator(language)
    if remaining:
        text = translator.ngettext(
            "{number} more parcel of this order has to be put on the shelf.",
            "{number} more parcels of this order have to be put on the shelf.",
            remaining,
        )
    elif is_ready:
        text = translator.gettext("The order is ready; its buyer is told.")
    else:
        text = translator.gettext("It is on the shelf.")
    return ScanWords(spoken_cell(cell), text)


def spoken_cell(cell: str) -> str:
    """Return a cell as it is read aloud: rack, pause, shelf."""
    return ", ".join(cell.split("-"))
