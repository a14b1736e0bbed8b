"""Phone numbers as people type them, and as they may be shown."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_TYPED_MAX = 64
"""Characters a typed phone may have: brackets, spaces and an extension fit easily."""


def parse_phone(typed: str, region: str = "RU") -> str | None:
    """Return E.164, or None; a number without a country is one of `region` (`8 900 …` too)."""
    if len(typed) > _TYPED_MAX:
        return None
    try:
        parsed = phonenumbers.parse(typed, region)
    except NumberParseException:
        return None
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def phone_shown(phone: str) -> str:
    """Return E.164 in groups, `+7 900 123-45-67`."""
    parsed = phonenumbers.parse(phone)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def phone_masked(phone: str) -> str:
    """Return the phone with all but its beginning and its last two digits hidden."""
    shown = phone_shown(phone)
    digits = [i for i, c in enumerate(shown) if c.isdigit()]
    hidden = set(digits[4:-2])
    return "".join("•" if i in hidden else c for i, c in enumerate(shown))
