"""The link to a place on a public map, which needs no account and learns only the address."""

from typing import Final
from urllib.parse import urlencode

MAP: Final = "https://www.openstreetmap.org/search"


def map_link(address: str) -> str:
    """Return the link to an address; nothing of ours loads anything from there."""
    return f"{MAP}?{urlencode({'query': address})}"
