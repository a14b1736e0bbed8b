"""GTIN and serial number in what a product carries: EAN, UPC, and element strings of GS1.

A DataMatrix of «Честный знак» is an element string: GTIN (01), serial (21), then a check key and
signature (91, 92, 93) that nobody here verifies. Serials tell units of one product apart. The same
in TypeScript: `frontend/src/codes/gs1.ts`.
"""

import re
from typing import Final

from gotovo.desk.scan.raw_text import GS
from gotovo.value import Value

GTIN_DIGITS: Final = 14
_LENGTHS: Final = frozenset({8, 12, 13, 14})
_SERIAL_MAX: Final = 20

# Elements with a length of their own, by the two digits they begin with (7.8.5, figure 7.8.5-2).
_FIXED: Final = (
    {"00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "20": 2, "41": 14}
    | dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 6)
    | dict.fromkeys(("31", "32", "33", "34", "35", "36"), 8)
)
_IN_BRACKETS: Final = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
_BEGINS_WITH_GTIN: Final = re.compile(r"01[0-9]{14}")

# Serials of «Честный знак» where the scanner has left the separators out: by what follows them.
_UNSEPARATED: Final = (
    re.compile(r"(.{13})91.{4}92.{44,88}", re.ASCII),
    re.compile(r"(.{13}|.{6,7})93.{4}(?:3103[0-9]{6})?", re.ASCII),
)


class ProductCode(Value, frozen=True):
    """What a product's code says: a GTIN of 14 digits; the serial is empty where it has none."""

    gtin: str
    serial: str = ""


def gtin_of(digits: str) -> str:
    """Return EAN-8, UPC-A, EAN-13 or GTIN-14 as 14 digits; empty where the check digit is wrong."""
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdigit()):
        return ""
    gtin = digits.zfill(GTIN_DIGITS)
    weighted = sum((ord(c) - 48) * (3 if i % 2 == 0 else 1) for i, c in enumerate(gtin))
    return gtin if weighted % 10 == 0 and gtin.strip("0") else ""


def element_string(text: str) -> ProductCode | None:
    """Return the product of an element string, plain or in brackets; None where it names none."""
    plain = text.strip(GS)
    if plain.startswith("(01)"):
        elements = dict(_IN_BRACKETS.findall(plain))
        gtin, serial = elements.get("01", ""), elements.get("21", "")
    elif _BEGINS_WITH_GTIN.match(plain) or GS in text:
        gtin, serial = _walked(plain)
    else:
        return None
    known = gtin_of(gtin) if len(gtin) == GTIN_DIGITS else ""
    return ProductCode(known, serial.strip(" ")[:_SERIAL_MAX]) if known else None


def _walked(text: str) -> tuple[str, str]:
    """Return GTIN and serial; each is empty where there is none."""
    found = {"01": "", "21": ""}
    rest = text
    while rest:
        identifier, rest = rest[:2], rest[2:]
        if identifier in _FIXED:
            value, rest = rest[: _FIXED[identifier]], rest[_FIXED[identifier] :]
        elif identifier == "21" and GS not in rest:
            value, rest = _serial_alone(rest), ""
        else:
            value, _, rest = rest.partition(GS)
        if identifier in found and not found[identifier]:
            found[identifier] = value
        rest = rest.lstrip(GS)
    return found["01"], found["21"]


def _serial_alone(rest: str) -> str:
    matches = (form.fullmatch(rest) for form in _UNSEPARATED)
    return next((match[1] for match in matches if match), rest)
