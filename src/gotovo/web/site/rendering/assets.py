"""Static assets of the pages: stylesheets, scripts and bundles, immutable under their addresses.

Each address holds a digest of the content, so browsers may cache it for ever: different content has
a different address. Scripts import each other by name, so they share one folder, whose name is the
digest of all of them.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.http.compression import accepts_gzip, compress_once
from gotovo.web.design.stylesheet import read_staff_stylesheet, read_stylesheet
from gotovo.web.site.rendering.bundle import ADDRESS, BundledApplication, read_bundle
from gotovo.words.language import Language

ENTRY: Final = "account.js"
"""The one module that pages name; it imports the others."""

_CSS: Final = "text/css"
_JSON: Final = "application/json"
_JAVASCRIPT: Final = "text/javascript"
_IMMUTABLE: Final = {
    "cache-control": "public, max-age=31536000, immutable",
    "vary": "accept-encoding",
}
_DIGITS: Final = 16  # Sixty-four bits of a digest: no two contents of ours ever share them.

_IMPORT: Final = re.compile(rb"""(?m)^(?:import|export)\b[^;]*?["']\./([\w-]+\.js)["'];""")


class Asset(Struct, frozen=True):
    """A file, plain and compressed; starlette's static files can't be sent compressed."""

    plain: Response
    compressed: Response

    def response(self, accept_encoding: str) -> Response:
        """Return what the client accepts."""
        return self.compressed if accepts_gzip(accept_encoding) else self.plain


class StaffAssets(Struct, frozen=True):
    """What the pages of staff link to: their stylesheet, applications, and words by language.

    `reason` is empty, or says why there are no applications.
    """

    stylesheet: str
    applications: Mapping[str, BundledApplication]
    words: Mapping[Language, str]
    reason: str


class Assets(Struct, frozen=True):
    """All assets by path; `stylesheet`, `entry` and `modules` are paths that pages link to.

    `modules` are what the entry imports, so that the browser can fetch them at once.
    """

    stylesheet: str
    staff: StaffAssets
    entry: str
    modules: tuple[str, ...]
    by_path: Mapping[str, Asset]


def read_assets() -> Assets:
    """Read, address and compress everything."""
    sheet, staff_sheet, bundle = read_stylesheet(), read_staff_stylesheet(), read_bundle()
    sources = _scripts()
    folder = f"/scripts/{_digest(name.encode() + body for name, body in sources.items())}"
    scripts = {f"{folder}/{name}": asset(body, _JAVASCRIPT) for name, body in sources.items()}
    words: dict[Language, str] = {
        language: f"{ADDRESS}/words-{language}-{_digest([body])}.json"
        for language, body in bundle.words.items()
    }
    return Assets(
        stylesheet=sheet.path,
        staff=StaffAssets(staff_sheet.path, bundle.applications, words, bundle.reason),
        entry=f"{folder}/{ENTRY}",
        modules=tuple(f"{folder}/{name}" for name in _imported(ENTRY, sources)),
        by_path={
            sheet.path: asset(sheet.body, _CSS),
            staff_sheet.path: asset(staff_sheet.body, _CSS),
            **scripts,
            **{path: asset(body, media) for path, (body, media) in bundle.files.items()},
            **{words[language]: asset(body, _JSON) for language, body in bundle.words.items()},
        },
    )


def asset(body: bytes, media_type: str) -> Asset:
    """Return an immutable file; one that compression does not shorten stays plain."""
    plain = Response(body, media_type=media_type, headers=_IMMUTABLE)
    compressed = compress_once(body)
    if len(compressed) >= len(body):
        return Asset(plain, plain)
    headers = {**_IMMUTABLE, "content-encoding": "gzip"}
    return Asset(plain, Response(compressed, media_type=media_type, headers=headers))


def _scripts() -> dict[str, bytes]:
    folder = resources.files("gotovo.web.scripts")
    found = sorted((x for x in folder.iterdir() if x.name.endswith(".js")), key=lambda x: x.name)
    return {each.name: each.read_bytes() for each in found}


def _imported(entry: str, sources: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return what a module imports, and what that imports, without the module itself."""
    found: list[str] = [entry]
    for name in found:
        imports = (each.decode() for each in _IMPORT.findall(sources[name]))
        found += [each for each in dict.fromkeys(imports) if each not in found]
    return tuple(found[1:])


def _digest(chunks: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\n".join(chunks)).hexdigest()[:_DIGITS]
