"""E-mail addresses as people type them; nothing is looked up."""

import re
from typing import Final

from email_validator import EmailNotValidError, validate_email

_USUAL_MAX: Final = 60
"""Characters within which no part of an address can be too long."""

# What most addresses look like; they are spared the validator, which takes fifty microseconds.
_USUAL = re.compile(
    r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@[a-z0-9]+(?:-[a-z0-9]+)*\.(?:ru|su|com|net|org|by|kz|uz)"
)


def parse_email(typed: str) -> str | None:
    """Return the address with its domain in lower case, or None where no mail could reach it."""
    if len(typed) <= _USUAL_MAX and _USUAL.fullmatch(typed):
        return typed
    try:
        return validate_email(typed, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        return None


def ascii_email(address: str) -> str | None:
    """Return an address as every mail server takes it, or None where there is no such form.

    A domain in other letters has one (IDNA), a name in other letters has none. Whatever is not
    one address, like two of them or a line break, has none either.
    """
    if len(address) <= _USUAL_MAX and _USUAL.fullmatch(address):
        return address
    try:
        return validate_email(address, check_deliverability=False, strict=True).ascii_email
    except EmailNotValidError:
        return None
