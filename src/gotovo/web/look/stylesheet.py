"""All styles as one file, under an address that changes with its content.

The order of the parts is the order of the layers, so nothing depends on file names. Browsers may
keep it for ever: another content has another address.
"""

import hashlib
import re
from importlib import resources
from typing import Final

from msgspec import Struct

PARTS: Final = (
    "layers.css",
    "tokens.css",
    "ground.css",
    "frame.css",
    "type.css",
    "button.css",
    "field.css",
    "status.css",
    "notice.css",
    "card.css",
    "ticket.css",
    "story.css",
    "goods.css",
    "order_card.css",
    "hand.css",
    "list.css",
    "order.css",
    "front.css",
    "devices.css",
    "privacy.css",
    "phone.css",
    "look.css",
    "wishes.css",
    "sharing.css",
    "acts.css",
    "live.css",
    "print.css",
)

_WORDS_FOR_US: Final = re.compile(rb"/\*.*?\*/\n*|^[ \n]+", re.DOTALL | re.MULTILINE)
"""Comments, indentation and empty lines: a fifth of what would travel."""


class Stylesheet(Struct, frozen=True):
    """The address and the bytes behind it."""

    path: str
    body: bytes


def read_stylesheet() -> Stylesheet:
    """Return all parts joined, without what is there for people only."""
    folder = resources.files("gotovo.web.look")
    parts = (folder.joinpath(part).read_bytes() for part in PARTS)
    body = b"\n".join(_WORDS_FOR_US.sub(b"", part) for part in parts)
    return Stylesheet(f"/look/{hashlib.sha256(body).hexdigest()[:16]}.css", body)
