"""The order number shown to people: 12 digits, the last one a check digit.

The first eleven digits are `multiplier x (home + 256 x index) + shift` modulo 10^11. The
multiplier has no factor in common with 10^11, so the sum can be undone: any scan knows the
shard, yet neighbours in time have nothing in common to the eye. The index is drawn at random by
the caller and covers the whole space: 390,625,000 numbers for each of 256 homes.

The check digit is Damm's (H. M. Damm, 2004): it finds every single wrong digit and every swap
of neighbours.
"""

import re

HOMES = 256
NUMBERS_PER_HOME = 10**11 // HOMES
PARCELS_MAX = 99  # A barcode ends in two digits.

_SPACE = 10**11
_MULTIPLIER = 61_803_398_879
_SHIFT = 14_142_135_623
_UNDO = pow(_MULTIPLIER, -1, _SPACE)
_DIGITS = 12
_BARCODE_DIGITS = 14

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
# Words, signs and blanks around and between the digits; `\\W` has №, # and every dash and space.
_AROUND = re.compile(
    r"(?:[\W_]|n[roº]?(?![a-z])|заказ[а-яё]*|номер[а-яё]*|order|number)+", re.IGNORECASE
)

# The quasigroup of order ten printed in Damm's thesis; row: what was so far, column: digit.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def draw(home: int, index: int) -> str:
    """Return the number with this index, drawn at random below `NUMBERS_PER_HOME`, of a home."""
    if not (0 <= home < HOMES and 0 <= index < NUMBERS_PER_HOME):
        raise ValueError(home, index)
    digits = f"{(_MULTIPLIER * (home + HOMES * index) + _SHIFT) % _SPACE:011d}"
    return digits + str(_check(digits))


def home_of(number: str) -> int:
    """Return the home (0..255) that a valid number carries."""
    return (int(number[:11]) - _SHIFT) * _UNDO % _SPACE % HOMES


def is_valid(number: str) -> bool:
    """Return whether these are twelve ASCII digits with the right check digit."""
    return len(number) == _DIGITS and number.isascii() and number.isdigit() and _check(number) == 0


def digits_of(text: str) -> str:
    """Return the digits of a number, or of a part of one, as people type it; empty when it is none.

    `№ 3545 1234 5678`, `Заказ #3545-1234-5678` and digits of double width are all the same.
    """
    digits = _AROUND.sub("", text.translate(_FULL_WIDTH))
    return digits if digits.isascii() and digits.isdigit() else ""


def parse(text: str) -> str | None:
    """Read a number as people type or scan it; a parcel's barcode names its order too."""
    if is_valid(text):
        return text
    digits = digits_of(text)
    if len(digits) == _BARCODE_DIGITS:
        digits = digits[:_DIGITS]
    return digits if is_valid(digits) else None


def grouped(number: str) -> str:
    """Return the number in groups of four, as it is printed and read aloud."""
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def barcode(number: str, parcel: int) -> str:
    """Return the barcode of the order's n-th parcel: the number and two digits (01..99)."""
    if not 1 <= parcel <= PARCELS_MAX:
        raise ValueError(parcel)
    return f"{number}{parcel:02d}"


def _check(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][ord(digit) - 48]
    return interim
