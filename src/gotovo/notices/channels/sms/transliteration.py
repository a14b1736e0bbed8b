"""Russian in Latin letters (ICAO Doc 9303, as in passports), so that a text fits in GSM-7.

Marks of typography get their plain form. What the standard has no letter for stays, and the text
is then sent in UCS-2. See docs/decisions/0049-sms-transliteration-is-icao-9303.md.
"""

from typing import Final

from iuliia import ICAO_DOC_9303

from gotovo.notices.channels.sms.segments import segments_of

_PLAIN: Final = str.maketrans(
    {
        "\u00a0": " ",  # no-break spaces, as between the groups of a number
        "\u202f": " ",
        "\u2009": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "«": '"',
        "»": '"',
        "„": '"',
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "…": "...",
        "№": "N",
        "₽": "RUB",
        "·": "-",
        "•": "-",
        "×": "x",
    }
)


def sent_text(text: str, *, transliterated: bool) -> str:
    """Return a text as it goes out, in Latin letters where that is asked for."""
    return latin(text) if transliterated else plain(text)


def plain(text: str) -> str:
    """Return a text with plain marks where it then takes fewer segments, otherwise unchanged."""
    written = text.translate(_PLAIN)
    return written if segments_of(written).count < segments_of(text).count else text


def latin(text: str) -> str:
    """Return a text with Latin letters in place of Russian ones."""
    return ICAO_DOC_9303.translate(text.translate(_PLAIN))
