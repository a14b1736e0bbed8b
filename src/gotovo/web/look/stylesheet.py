"""All styles as one file, under an address that changes with its content.

The order of the parts is the order of the layers, so nothing depends on file names. Browsers may
keep it for ever: another content has another address.
"""

import hashlib
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
    "phone.css",
    "look.css",
    "wishes.css",
    "sharing.css",
    "live.css",
    "print.css",
)


class Stylesheet(Struct, frozen=True):
    """The address and the bytes behind it."""

    path: str
    body: bytes


def read_stylesheet() -> Stylesheet:
    """Return all parts joined."""
    folder = resources.files("gotovo.web.look")
    body = b"\n".join(folder.joinpath(part).read_bytes() for part in PARTS)
    return Stylesheet(f"/look/{hashlib.sha256(body).hexdigest()[:16]}.css", body)
