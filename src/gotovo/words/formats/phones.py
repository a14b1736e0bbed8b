"""Phone numbers on screens: in groups, and masked."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_PHONES_MAX = 4096  # Phones of points and of the people signed in; others come and go.
_HOME_PREFIX = "+7"
_LAST_DIGITS = 2


@lru_cache(maxsize=_PHONES_MAX)
def format_phone(phone: str) -> str:
    """Return E.164 in groups, `+7 900 123-45-67`."""
    parsed = phonenumbers.parse(phone)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def mask_phone(phone: str) -> str:
    """Return E.164 with its beginning and its last two digits left: `+7 9** ***-**-67` (rule 4.16).

    Enough to recognise one's own number, too little to call anybody.
    """
    if phone.startswith(_HOME_PREFIX):  # Nearly all there are: no table of countries is needed.
        return f"+7 {phone[2:3]}** ***-**-{phone[-_LAST_DIGITS:]}"
    try:
        country, _, rest = format_phone(phone).partition(" ")
    except NumberParseException:
        country, rest = "", phone
    digits = [index for index, character in enumerate(rest) if character.isdigit()]
    hidden = set(digits[1:-_LAST_DIGITS])
    masked = "".join("*" if index in hidden else c for index, c in enumerate(rest))
    return f"{country} {masked}".strip()
