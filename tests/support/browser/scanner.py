"""A scanner at a real browser: keys as the hardware presses them, under any layout of the computer.

Chromium gets what the operating system would give it for each key: its place, and what the layout
makes of it. The keys of a scan are sent without waiting for each other, so they come as fast as
from a scanner.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final, Literal

from playwright.async_api import BrowserContext, CDPSession, Page

Layout = Literal["english", "russian"]
Separator = Literal["ctrl", "F8"]

GS: Final = "\x1d"
_CTRL, _SHIFT = 2, 8
_ENGLISH: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?~@#$^&|'
_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбю.ё" + 'ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё"№;:?/'
_UNDER_RUSSIAN: Final = str.maketrans(_ENGLISH, _RUSSIAN)
_SHIFTED: Final = dict(zip('!@#$%^&*()_+{}|:"<>?~', "1234567890-=[]\\;',./`", strict=True))
_CODES: Final = {
    "-": "Minus",
    "=": "Equal",
    "[": "BracketLeft",
    "]": "BracketRight",
    "\\": "Backslash",
    ";": "Semicolon",
    "'": "Quote",
    ",": "Comma",
    ".": "Period",
    "/": "Slash",
    "`": "Backquote",
    " ": "Space",
}
_NAMED: Final = {"Enter": ("\r", 13), "Tab": ("", 9), "F8": ("", 119)}


class Scanner:
    """A scanner that is a keyboard of this page's computer."""

    def __init__(
        self,
        session: CDPSession,
        layout: Layout = "english",
        suffix: Sequence[str] = ("Enter",),
        separator: Separator = "ctrl",
    ) -> None:
        self._session = session
        self._layout = layout
        self._suffix = suffix
        self._separator = separator

    async def scan(self, *codes: str) -> None:
        """Send codes one after the other, without a pause in between."""
        events = [event for code in codes for event in self._events(code)]
        await asyncio.gather(*[self._session.send("Input.dispatchKeyEvent", x) for x in events])

    def _events(self, code: str) -> list[dict[str, Any]]:
        pressed = [self._character(each) for each in code]
        pressed += [self._named(each) for each in self._suffix]
        return [event for key in pressed for event in key]

    def _character(self, character: str) -> list[dict[str, Any]]:
        if character == GS:
            if self._separator == "F8":
                return self._named("F8")
            return _pressed("BracketRight", "]", "", _CTRL)
        plain = _SHIFTED.get(character, character.lower())
        shift = _SHIFT if plain != character else 0
        name = f"Digit{plain}" if plain.isdigit() else f"Key{plain.upper()}"
        typed = character.translate(_UNDER_RUSSIAN) if self._layout == "russian" else character
        return _pressed(_CODES.get(plain, name), typed, typed, shift)

    def _named(self, name: str) -> list[dict[str, Any]]:
        text, number = _NAMED[name]
        return _pressed(name, name, text, 0, windowsVirtualKeyCode=number)


async def unhurried(context: BrowserContext) -> None:
    """Let the pages of a context take a scanner for one however busy this machine is."""
    stored = json.dumps({"gapMs": 1_000, "stutterMs": 2_000, "idleMs": 2_500})
    await context.add_init_script(f"localStorage.setItem('gotovo-scanner', {stored!r})")


async def scanner(page: Page, **settings: Any) -> Scanner:
    """Plug a scanner into the computer of a page."""
    return Scanner(await page.context.new_cdp_session(page), **settings)


def _pressed(code: str, key: str, text: str, modifiers: int, **more: Any) -> list[dict[str, Any]]:
    common: dict[str, Any] = {"code": code, "key": key, "modifiers": modifiers, **more}
    down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
    return [{**common, **down}, {**common, "type": "keyUp"}]
