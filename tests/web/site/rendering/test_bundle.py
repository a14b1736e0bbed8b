"""The bundle of the staff's applications is part of the program, or the program says why not."""

import json
from pathlib import Path

import pytest

from gotovo.web.site.rendering.bundle import read_bundle, why_missing
from tests.tidy.tree import ROOT
from tests.words.test_translations import FRONTEND, KEYWORDS, METHODS, extract_from_file

BUILT = ROOT / "src/gotovo/web/static/staff/manifest.json"
MANIFEST = {
    "sources": "1-2",
    "applications": {"desk": {"script": "desk-A.js", "modules": ["chunk-B.js"]}},
    "sentences": [
        {"one": "Settings"},
        {"one": "{number} cell", "many": "{number} cells"},
        {"one": "Issued", "context": "status"},
    ],
}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """Give a folder with a small bundle."""
    folder = tmp_path / "staff"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), "utf-8")
    (folder / "desk-A.js").write_text("1", "utf-8")
    (folder / "chunk-B.js").write_text("2", "utf-8")
    (folder / "reader-C.wasm").write_bytes(b"\0asm")
    return tmp_path


def test_each_file_has_an_address_and_its_media_type(static: Path) -> None:
    bundle = read_bundle(static)
    assert bundle.reason == ""
    assert bundle.applications["desk"].script == "/bundles/desk-A.js"
    assert bundle.applications["desk"].modules == ("/bundles/chunk-B.js",)
    assert {path: media for path, (_body, media) in bundle.files.items()} == {
        "/bundles/chunk-B.js": "text/javascript",
        "/bundles/desk-A.js": "text/javascript",
        "/bundles/reader-C.wasm": "application/wasm",
    }


def test_the_words_of_a_language_are_those_of_the_one_catalogue(static: Path) -> None:
    words = read_bundle(static).words
    assert json.loads(words["ru"]) == {
        "Settings": "Настройки",
        "{number} cell": [
            "{number}\N{NO-BREAK SPACE}ячейка",
            "{number}\N{NO-BREAK SPACE}ячейки",
            "{number}\N{NO-BREAK SPACE}ячеек",
        ],
        "status\x04Issued": "Выдано",
    }
    assert json.loads(words["en"])["Settings"] == "Settings"


def test_without_a_bundle_the_reason_is_what_the_set_up_wrote(tmp_path: Path) -> None:
    assert why_missing(tmp_path) == "Nothing has bundled them yet."
    (tmp_path / "staff-failure.txt").write_text("Node could not be installed.\n", "utf-8")
    assert why_missing(tmp_path) == "Node could not be installed."
    assert read_bundle(tmp_path).applications == {}


@pytest.mark.skipif(not BUILT.is_file(), reason=f"no pages of staff: {why_missing()}")
def test_the_build_lists_the_sentences_that_gettext_finds() -> None:
    """The build has a small extraction of its own, because Babel is no part of it."""
    listed = {
        (each.get("context"), (each["one"], each["many"]) if "many" in each else each["one"])
        for each in json.loads(BUILT.read_text("utf-8"))["sentences"]
    }
    found = {
        (context, message)
        for file in FRONTEND.rglob("*.ts")
        if not file.name.endswith(".d.ts")
        for _line, message, _comments, context in extract_from_file(
            METHODS[".ts"], str(file), keywords=KEYWORDS
        )
    }
    assert listed == found
