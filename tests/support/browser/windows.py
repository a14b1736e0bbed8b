"""The windows to look at pages through."""

import os
from itertools import product
from typing import Final, Literal

from msgspec import Struct

from tests.support.browser.site import DESK, PHONE

FULL: Final = os.environ.get("GOTOVO_TEST_FULL") == "1"

Light = Literal["light", "dark"]


class Window(Struct, frozen=True):
    """What the reader's browser is like."""

    width: int
    height: int
    light: Light
    language: str

    def examines(self, place: int) -> bool:
        """Return whether axe-core examines a page here; in the sample each page in one window."""
        return FULL or place % len(_SAMPLE) == _SAMPLE.index(self)


_ALL: Final = tuple(
    Window(size["width"], size["height"], light, language)
    for size, light, language in product((PHONE, DESK), ("light", "dark"), ("ru-RU", "en-GB"))
)
_SAMPLE: Final = (
    Window(PHONE["width"], PHONE["height"], "light", "ru-RU"),
    Window(DESK["width"], DESK["height"], "dark", "en-GB"),
)


def windows() -> tuple[Window, ...]:
    """Return every size, light and language; a sample of two unless the long form is asked for."""
    return _ALL if FULL else _SAMPLE
