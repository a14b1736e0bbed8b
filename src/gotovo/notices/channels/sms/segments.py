"""Segments of a message: in which alphabet it is sent, and how many short messages it is billed as.

3GPP TS 23.038 has the alphabets, TS 23.040 (9.2.3.24.1) the header of 6 octets by which a phone
joins the segments of a longer message. Neither an escape of GSM-7 nor a surrogate pair is split.
"""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

Alphabet = Literal["gsm7", "ucs2"]

GSM7_SINGLE: Final = 160
"""Septets of a message that is one segment."""

GSM7_JOINED: Final = 153
"""Septets of each segment of a longer one."""

UCS2_SINGLE: Final = 70
"""UTF-16 units of a message that is one segment."""

UCS2_JOINED: Final = 67
"""UTF-16 units of each segment of a longer one."""

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Each is an escape and a septet of the extension table."""

_BASIC_PLANE_MAX: Final = 0xFFFF


class Segments(Struct, frozen=True):
    """How a text is sent; `units` are septets or UTF-16 units, without headers."""

    alphabet: Alphabet
    units: int
    count: int


def segments_of(text: str) -> Segments:
    """Return the alphabet and the number of segments; an empty text is one segment, too."""
    alphabet: Alphabet = "gsm7" if is_gsm7(text) else "ucs2"
    single, joined = (
        (GSM7_SINGLE, GSM7_JOINED) if alphabet == "gsm7" else (UCS2_SINGLE, UCS2_JOINED)
    )
    widths = list(_widths(text, alphabet))
    units = sum(widths)
    return Segments(alphabet, units, 1 if units <= single else _joined(widths, joined))


def is_gsm7(text: str) -> bool:
    """Return whether a text needs no other alphabet than the default one with its extension."""
    return all(letter in _BASIC or letter in _EXTENSION for letter in text)


def _widths(text: str, alphabet: Alphabet) -> Iterator[int]:
    """Yield the units of each character, which stays in one segment."""
    for letter in text:
        is_wide = letter in _EXTENSION if alphabet == "gsm7" else ord(letter) > _BASIC_PLANE_MAX
        yield 2 if is_wide else 1


def _joined(widths: list[int], room: int) -> int:
    """Return the number of segments when each is filled as far as whole characters go."""
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count
