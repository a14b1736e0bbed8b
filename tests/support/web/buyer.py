"""Somebody with a browser: opens pages, fills in the forms that are on them, follows redirects."""

import re
from html import unescape
from html.parser import HTMLParser

import httpx
from typing_extensions import override


class Buyer:
    """A browser without scripts, which is all that these pages need."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def opens(self, path: str) -> httpx.Response:
        """Open a page, following redirects as a browser does."""
        return await self.client.get(path, follow_redirects=True)

    async def sends(self, page: httpx.Response, action: str, **typed: str) -> httpx.Response:
        """Fill in the form of a page with this action and send it."""
        fields = hidden_fields(page.text, action)
        return await self.client.post(action, data={**fields, **typed}, follow_redirects=True)

    async def signs_in(self, phone: str) -> httpx.Response:
        """Ask for a code, read it on the demo phone, and type it."""
        front = await self.opens("/")
        page = await self.sends(front, "/sign-in-code", phone=phone)
        return await self.sends(page, "/session", code=await self.reads_code(phone))

    async def reads_code(self, phone: str) -> str:
        """Return the latest sign-in code on the demo phone."""
        messages = await self.client.get("/phone", params={"phone": phone})
        return re.findall(r"\b(\d{6})\b", text_of(messages.text))[-1]


class _Forms(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self.found = False
        self.fields: dict[str, str] = {}

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("action") == self._action
            self.found = self.found or self._inside
        elif tag == "input" and self._inside:
            self.fields[given.get("name") or ""] = given.get("value") or ""

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def hidden_fields(html: str, action: str) -> dict[str, str]:
    """Return what the form of a page already holds; a page without that form fails the test."""
    forms = _Forms(action)
    forms.feed(html)
    assert forms.found, f"there is no form for {action} on this page"
    return forms.fields


def text_of(html: str) -> str:
    """Return what a person reads on a page, spaces made plain."""
    bare = re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(head|svg|script).*?</\1>", " ", html))
    return re.sub(r"\s+(?=[.,;)])|(?<=\()\s+", "", re.sub(r"\s+", " ", unescape(bare))).strip()
