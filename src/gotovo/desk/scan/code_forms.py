"""What a code is, by its form alone: no look-up, no clock, and every text has an answer.

The table is in docs/reference/codes.md. The desk in the browser recognises the same
(`frontend/src/codes/forms.ts`), and both are tested on `tests/support/desk/code_forms.json`.
"""

import re
from enum import StrEnum
from typing import Final

from gotovo.desk.scan.gs1 import element_string, gtin_of
from gotovo.desk.scan.raw_text import GS, as_latin_keys, is_cyrillic, plain_text
from gotovo.order.values.number import is_valid
from gotovo.value import Value

CODE_LENGTH_MAX: Final = 512
"""Characters of a scan. A DataMatrix of «Честный знак» has up to 130; a QR of a web page, more."""

_SHOWN_MAX: Final = 64
"""Characters of an unknown code that are shown: enough to tell what it is."""

_NUMBER_DIGITS: Final = 12
_PARCEL_DIGITS: Final = 14
_PICKUP_CODE_DIGITS: Final = 6
_PHONE_DIGITS: Final = 4

_AIM: Final = re.compile(r"[\]}]([A-Za-z])[0-9A-Za-z]")
_CELL_LABEL: Final = re.compile(r"CELL *[:;] *([0-9A-Z]{1,8}(?:-[0-9A-Z]{1,8}){0,3})")
_CELL_TYPED: Final = re.compile(r"[A-Z]{1,2}[0-9]{0,2}-[0-9]{1,3}")
_RACK_AND_SHELF: Final = re.compile(r"0*([1-9][0-9]{0,2}) ?- ?0*([1-9][0-9]{0,2})")
_BOX: Final = re.compile(r"BOX-[0-9A-Z](?:-?[0-9A-Z]){0,30}")
_MANIFEST: Final = re.compile(r"MAN-[0-9A-Z](?:-?[0-9A-Z]){0,30}")
_PICKUP_QR: Final = re.compile(r"([0-9]{12})[.>]([0-9A-Fa-f]{24})")
_SEPARATED: Final = re.compile(r"[0-9]+(?:[ -]+[0-9]+)*")
_WORDS_BEFORE: Final = re.compile(
    r"(?:заказ[а-яё]*|номер[а-яё]*|order|number|no(?![a-z])|[№#.: ])+", re.IGNORECASE
)
_LOOK_ALIKE: Final = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


class CodeKind(StrEnum):
    """What a code can be."""

    ORDER = "order"
    PARCEL = "parcel"
    PICKUP_QR = "pickup_qr"
    CELL = "cell"
    BOX = "box"
    MANIFEST = "manifest"
    PRODUCT = "product"
    PICKUP_CODE = "pickup_code"
    PHONE_DIGITS = "phone_digits"
    UNKNOWN = "unknown"


class ScannedCode(Value, frozen=True):
    """A code that was recognised; `value` is how it is written everywhere else.

    `number` is the order that an order's, a parcel's or a buyer's code names. `gtin` is the code of
    a product; of an order or a parcel too, where the same digits could be one. `serial` is of a
    single unit. The value of an unknown code is its beginning.
    """

    kind: CodeKind
    value: str
    number: str = ""
    gtin: str = ""
    serial: str = ""


def recognise(text: str) -> ScannedCode:
    """Return what a text is, as scanned or typed; what has no form that is known is unknown."""
    plain = plain_text(text[: CODE_LENGTH_MAX + 1])
    if len(text) > CODE_LENGTH_MAX:
        return ScannedCode(CodeKind.UNKNOWN, plain[:_SHOWN_MAX])
    keys = as_latin_keys(plain) if is_cyrillic(plain) else plain
    aim = _AIM.match(keys)
    whole = keys[aim.end() :] if aim else keys
    code = whole.strip(GS)
    return (
        _labelled(code)
        or _product(whole)
        or (_bar_code(code) if aim and aim[1] in "EX" else None)
        or _typed_cell(plain)
        or _digits(code)
        or _digits(_WORDS_BEFORE.sub("", plain, count=1))
        or ScannedCode(CodeKind.UNKNOWN, plain[:_SHOWN_MAX])
    )


def _labelled(code: str) -> ScannedCode | None:
    """Return what has a form that nothing else has: cell, box, manifest, a buyer's QR."""
    upper = code.upper()
    if cell := _CELL_LABEL.fullmatch(upper):
        return ScannedCode(CodeKind.CELL, _cell_name(cell[1]))
    if _BOX.fullmatch(upper):
        return ScannedCode(CodeKind.BOX, upper)
    if _MANIFEST.fullmatch(upper):
        return ScannedCode(CodeKind.MANIFEST, upper)
    qr = _PICKUP_QR.fullmatch(code)
    if qr is None or not is_valid(qr[1]):
        return None
    return ScannedCode(CodeKind.PICKUP_QR, f"{qr[1]}.{qr[2].lower()}", number=qr[1])


def _product(code: str) -> ScannedCode | None:
    product = element_string(code)
    if product is None:
        return None
    gtin, serial = product.gtin, product.serial
    return ScannedCode(CodeKind.PRODUCT, gtin, gtin=gtin, serial=serial)


def _bar_code(code: str) -> ScannedCode | None:
    """Return the product of what a scanner calls EAN or UPC; it can't be a number of ours."""
    gtin = gtin_of(code)
    return ScannedCode(CodeKind.PRODUCT, gtin, gtin=gtin) if gtin else None


def _typed_cell(plain: str) -> ScannedCode | None:
    """Return the cell that a person has typed: a label says CELL, so letters are as they look."""
    cell = plain.upper().translate(_LOOK_ALIKE)
    is_cell = _RACK_AND_SHELF.fullmatch(cell) or _CELL_TYPED.fullmatch(cell)
    return ScannedCode(CodeKind.CELL, _cell_name(cell)) if is_cell else None


def _cell_name(cell: str) -> str:
    """Return the cell as it is named everywhere: numbers without zeros before them."""
    numbers = _RACK_AND_SHELF.fullmatch(cell)
    return f"{numbers[1]}-{numbers[2]}" if numbers else cell


def _digits(text: str) -> ScannedCode | None:
    """Return what digits are by their number and their check digits."""
    if not _SEPARATED.fullmatch(text):
        return None
    digits = text.replace(" ", "").replace("-", "")
    number, gtin = digits[:_NUMBER_DIGITS], gtin_of(digits)
    if len(digits) == _NUMBER_DIGITS and is_valid(number):
        return ScannedCode(CodeKind.ORDER, digits, number=number, gtin=gtin)
    if len(digits) == _PARCEL_DIGITS and is_valid(number) and not digits.endswith("00"):
        return ScannedCode(CodeKind.PARCEL, digits, number=number, gtin=gtin)
    if gtin:
        return ScannedCode(CodeKind.PRODUCT, gtin, gtin=gtin)
    if len(digits) == _PICKUP_CODE_DIGITS:
        return ScannedCode(CodeKind.PICKUP_CODE, digits)
    return ScannedCode(CodeKind.PHONE_DIGITS, digits) if len(digits) == _PHONE_DIGITS else None
