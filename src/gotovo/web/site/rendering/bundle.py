"""The bundle of the staff's applications: what `frontend/build` made, and its words by language.

Where it was not made, the program runs without these pages, and `reason` says why.
"""

from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Final

import msgspec
from msgspec import Struct

from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator, tie_short_words

ADDRESS: Final = "/bundles"
"""Where the files are served; `frontend/build.mjs` writes it into them."""

MANIFEST: Final = "manifest.json"
_CONTEXT_END: Final = "\x04"  # between a context and its sentence, as gettext stores them
_MEDIA_TYPES: Final = {".js": "text/javascript", ".wasm": "application/wasm"}


class Sentence(Struct, frozen=True):
    """A sentence of the applications; with `many` it has a form for each number."""

    one: str
    many: str = ""
    context: str = ""


class BundledApplication(Struct, frozen=True):
    """The addresses of the script that starts an application, and of what it imports at once."""

    script: str
    modules: tuple[str, ...]


class BundleManifest(Struct, frozen=True):
    """What `frontend/build.mjs` writes about the files beside it, which it names without folder."""

    sources: str
    applications: Mapping[str, BundledApplication]
    sentences: tuple[Sentence, ...]


class Bundle(Struct, frozen=True, kw_only=True):
    """The applications by name, the words of a language as JSON, and the files by their name.

    `reason` is empty, or says why there are no applications.
    """

    applications: Mapping[str, BundledApplication] = {}
    words: Mapping[Language, bytes] = {}
    files: Mapping[str, tuple[bytes, str]] = {}
    reason: str = ""


def read_bundle(static: Traversable | None = None) -> Bundle:
    """Return the bundle that is part of the package, or why it is not."""
    static = static or _static()
    reason = why_missing(static)
    if reason:
        return Bundle(reason=reason)
    folder = static.joinpath("staff")
    manifest = msgspec.json.decode(folder.joinpath(MANIFEST).read_bytes(), type=BundleManifest)
    return Bundle(
        applications={
            name: BundledApplication(
                _address(each.script), tuple(_address(x) for x in each.modules)
            )
            for name, each in manifest.applications.items()
        },
        words={
            language: msgspec.json.encode(dict(_translated(language, manifest)))
            for language in LANGUAGES
        },
        files=dict(_files(folder)),
    )


def why_missing(static: Traversable | None = None) -> str:
    """Return why the program has no applications of staff, empty where it has them."""
    static = static or _static()
    if static.joinpath("staff", MANIFEST).is_file():
        return ""
    failure = static.joinpath("staff-failure.txt")
    said = failure.read_text("utf-8").strip() if failure.is_file() else ""
    return said or "Nothing has bundled them yet."


def _static() -> Traversable:
    return resources.files("gotovo.web").joinpath("static")


def _address(name: str) -> str:
    return f"{ADDRESS}/{name}"


def _files(folder: Traversable) -> Iterator[tuple[str, tuple[bytes, str]]]:
    for file in sorted(folder.iterdir(), key=lambda x: x.name):
        if file.name != MANIFEST:
            media_type = _MEDIA_TYPES[PurePath(file.name).suffix]
            yield _address(file.name), (file.read_bytes(), media_type)


def _translated(
    language: Language, manifest: BundleManifest
) -> Iterator[tuple[str, str | list[str]]]:
    translator = Translator(language)
    for each in manifest.sentences:
        if each.many:
            forms = translator.forms(each.one, each.many)
            yield each.one, [tie_short_words(form) for form in forms]
        elif each.context:
            key = f"{each.context}{_CONTEXT_END}{each.one}"
            yield key, tie_short_words(translator.context_pattern(each.context, each.one))
        else:
            yield each.one, tie_short_words(translator.pattern(each.one))
