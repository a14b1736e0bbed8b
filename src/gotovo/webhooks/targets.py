"""Addresses of receivers, as a person types them."""

from typing import Final
from urllib.parse import SplitResult, urlsplit

URL_CHARACTERS_MAX: Final = 2_000
"""As long as servers commonly take."""

_HOST_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")


class UnfitUrl(Exception):
    """An address that nothing can be sent to; `expected` says what it should be."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def checked_url(text: str, *, is_http_allowed: bool = False) -> str:
    """Return an address as it is stored, its host in ASCII; raise UnfitUrl for no such address.

    `http` is for private networks that the settings name: beyond them everybody could read along.
    """
    schemes = "https:// or http://" if is_http_allowed else "https://"
    expected = f"{schemes} with a host name, at most {URL_CHARACTERS_MAX} characters"
    if not 0 < len(text) <= URL_CHARACTERS_MAX or not text.isprintable() or " " in text:
        raise UnfitUrl(expected)
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _ascii_host(parts)
        rest = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        rest.encode("ascii")
    except ValueError as error:
        raise UnfitUrl(f"{expected}, path and query percent-encoded") from error
    if parts.scheme != "https" and not (is_http_allowed and parts.scheme == "http"):
        raise UnfitUrl(expected)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise UnfitUrl(f"{schemes} without a user name, a password and a fragment")
    if not host or port == 0:
        raise UnfitUrl(expected)
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{rest}"


def _ascii_host(parts: SplitResult) -> str:
    """Return the host in ASCII, an IPv6 address in brackets; empty where it is no host."""
    host = parts.hostname or ""
    if ":" in host:
        return f"[{host}]" if "%" not in host else ""
    encoded = host.encode("idna").decode().lower() if host else ""
    return encoded if _HOST_CHARACTERS.issuperset(encoded) else ""
