"""The web app manifest and the icons, fetched when the site is installed."""

import asyncio
from functools import lru_cache
from typing import Any, Final

import msgspec
from starlette.responses import Response

from gotovo.web.pwa.icon import icon_png, icon_svg
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator

PAPER: Final = "#f2f4f0"
"""The background of the light theme, shown until the first page is rendered."""

_DAY: Final = {"cache-control": "public, max-age=86400"}
_MANIFEST: Final = "application/manifest+json"
_ICONS: Final = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "maskable-192.png": (192, True),
    "maskable-512.png": (512, True),
    "apple-touch.png": (180, True),
}
"""Side in pixels, and whether the icon fills its corners."""


async def app_file(_visit: Visit, file: str) -> Response:
    """Return the manifest of a language, or an icon, drawn on its first request."""
    if file in _ICONS:
        side, maskable = _ICONS[file]
        png = await asyncio.to_thread(icon_png, side, maskable=maskable)
        return Response(png, media_type="image/png", headers=_DAY)
    if file == "icon.svg":
        return Response(icon_svg(), media_type="image/svg+xml", headers=_DAY)
    for language in LANGUAGES:
        if file == f"{language}.webmanifest":
            return Response(manifest(language), media_type=_MANIFEST, headers=_DAY)
    raise PageNotFound


@lru_cache(maxsize=len(LANGUAGES))
def manifest(language: Language) -> bytes:
    """Return the manifest of the app (W3C Web Application Manifest).

    It has one theme colour; the pages themselves have one per colour scheme.
    """
    translator = Translator(language)
    name = translator.gettext("Gotovo")
    fields: dict[str, Any] = {
        "id": "/",
        "name": translator.gettext("Gotovo: where is my order"),
        "short_name": name,
        "description": translator.gettext(
            "Orders, their statuses and the pick-up code, offline too."
        ),
        "lang": language,
        "dir": "ltr",
        "start_url": "/orders",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["shopping"],
        "icons": app_icons(),
        "shortcuts": [
            {"name": translator.gettext("My orders"), "url": "/orders", "icons": app_icons()[1:2]},
            {"name": translator.gettext("Pick-up code"), "url": "/code", "icons": app_icons()[1:2]},
        ],
    }
    return msgspec.json.encode(fields)


def app_icons() -> list[dict[str, str]]:
    """Return the icons as a manifest lists them, the one that scales first."""
    drawn = [
        {
            "src": f"/app/{file}",
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": "maskable" if maskable else "any",
        }
        for file, (side, maskable) in _ICONS.items()
        if not file.startswith("apple")
    ]
    svg = {"src": "/app/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return [svg, *drawn]
