"""The stylesheet: all CSS files as one, under an address that changes with its content.

The files are joined in the order of the layers, so nothing depends on their names. Browsers may
cache it for ever: different content has a different address.
"""

import hashlib
import re
from importlib import resources
from typing import Final

from msgspec import Struct

FILES: Final = (
    "foundation/layers.css",
    "foundation/tokens.css",
    "foundation/elements.css",
    "foundation/layout.css",
    "foundation/typography.css",
    "components/button.css",
    "components/field.css",
    "components/status.css",
    "components/notice.css",
    "components/card.css",
    "components/ticket.css",
    "components/story.css",
    "components/goods.css",
    "components/order_card.css",
    "pages/primary_order.css",
    "components/list.css",
    "pages/order.css",
    "pages/home.css",
    "pages/devices.css",
    "pages/notifications.css",
    "pages/privacy.css",
    "pages/phone.css",
    "pages/gallery.css",
    "foundation/preferences.css",
    "pages/sharing.css",
    "pages/actions.css",
    "pages/payment.css",
    "components/live.css",
    "foundation/print.css",
)

_COMMENTS: Final = re.compile(rb"/\*.*?\*/\n*|^[ \n]+", re.DOTALL | re.MULTILINE)
"""Comments, indentation and empty lines: a fifth of the bytes."""


class Stylesheet(Struct, frozen=True):
    """The address and the bytes behind it."""

    path: str
    body: bytes


def read_stylesheet() -> Stylesheet:
    """Return all files joined, without comments and indentation."""
    folder = resources.files("gotovo.web.design")
    files = (folder.joinpath(part).read_bytes() for part in FILES)
    body = b"\n".join(_COMMENTS.sub(b"", part) for part in files)
    return Stylesheet(f"/look/{hashlib.sha256(body).hexdigest()[:16]}.css", body)
