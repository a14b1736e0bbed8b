"""The stylesheets: all CSS files as one, under an address that changes with its content.

Buyers and staff have one each, and share tokens, elements and typography.

The files are joined in the order of the layers, so nothing depends on their names. Browsers may
cache it for ever: different content has a different address.
"""

import hashlib
import re
from collections.abc import Sequence
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

STAFF_FILES: Final = (
    "foundation/layers.css",
    "foundation/tokens.css",
    "foundation/elements.css",
    "foundation/typography.css",
    "components/button.css",
    "staff/elements.css",
    "staff/frame.css",
    "staff/answer.css",
    "staff/tiles.css",
    "staff/handover.css",
    "staff/acceptance.css",
    "staff/shifts.css",
    "staff/today.css",
    "staff/photos.css",
    "staff/boxes.css",
    "staff/returns.css",
    "staff/dialog.css",
    "foundation/preferences.css",
    "staff/print.css",
)

_DARK: Final = re.compile(
    rb"(@media (?:\(prefers-contrast: more\) and )?\(prefers-color-scheme: dark\) \{\n)"
    rb"( *):root \{(.*?)\n\2\}",
    re.DOTALL,
)
"""The colours of a dark theme, which the browser chooses by what its system says."""

_COMMENTS: Final = re.compile(rb"/\*.*?\*/\n*|^[ \n]+", re.DOTALL | re.MULTILINE)
"""Comments, indentation and empty lines: a fifth of the bytes."""


class Stylesheet(Struct, frozen=True):
    """The address and the bytes behind it."""

    path: str
    body: bytes


def read_stylesheet() -> Stylesheet:
    """Return all files joined, without comments and indentation."""
    return _joined(FILES)


def read_staff_stylesheet() -> Stylesheet:
    """Return that of the staff's pages, where a person can choose light or dark themselves."""
    return _joined(STAFF_FILES, with_choice=True)


def _joined(names: Sequence[str], *, with_choice: bool = False) -> Stylesheet:
    folder = resources.files("gotovo.web.design")
    files = (folder.joinpath(part).read_bytes() for part in names)
    body = b"\n".join(
        _COMMENTS.sub(b"", _DARK.sub(_chosen, x) if with_choice else x) for x in files
    )
    return Stylesheet(f"/look/{hashlib.sha256(body).hexdigest()[:16]}.css", body)


def _chosen(found: re.Match[bytes]) -> bytes:
    """Return dark colours for who has not chosen light, and for who has chosen dark."""
    media, _indent, colours = found.groups()
    contrast = b"(prefers-contrast: more)"
    always = b"@media " + contrast if contrast in media else b"@media all"
    return (
        media
        + b":root:not([data-theme=light]) {"
        + colours
        + b"\n}\n}\n"
        + always
        + b" {\n:root[data-theme=dark] {"
        + colours
        + b"\n}"
    )
