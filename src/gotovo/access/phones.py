"""Phone numbers as people type them."""

import re
import unicodedata
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

_TYPED_MAX = 64
"""Characters of a typed phone: brackets, spaces and a word before it fit easily."""

_BREAKS: Final = frozenset({"Zs", "Cc", "Cf", "Pd", "Pc"})
"""Spaces of all widths, invisible marks of direction, dashes: they only separate digits."""

_AFTER_THE_NUMBER = re.compile(r"\D*\Z")
_PLUS_AND_TRUNK = re.compile(r"\A\D*\+\s*8(?=\W*9)")
"""`+8 9…`: the country's plus before the 8 of calls within Russia. No country has +89."""

_ABROAD = re.compile(r"\A\D*00\s*(?=[1-9])")


def parse_phone(typed: str, region: str = "RU") -> str | None:
    """Return E.164, or None; a number without a country is one of `region` (`8 900 …` too).

    Words around the number don't matter. A second number or an extension makes it ambiguous, and
    a number that can only be dialled within one town is not accepted.
    """
    if len(typed) > _TYPED_MAX or "\0" in typed:
        return None
    plain = "".join(
        " " if unicodedata.category(c) in _BREAKS else c
        for c in unicodedata.normalize("NFKC", typed)
    )
    plain = _AFTER_THE_NUMBER.sub("", plain, count=1)
    plain = _ABROAD.sub("+", _PLUS_AND_TRUNK.sub("+7", plain, count=1), count=1)
    try:
        parsed = phonenumbers.parse(plain, region)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if parsed.extension or possible != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def calling_code(phone: str) -> int:
    """Return the country's calling code of a phone (E.164): 7 for `+7 900 …`."""
    code = phonenumbers.parse(phone).country_code
    assert code is not None, phone
    return code
