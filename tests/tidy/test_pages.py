"""Pages: everything a page loads comes from the server that serves it.

A font or a script from another host tells strangers who looks at which order, and stops working
when the pick-up point's internet does. The content security policy refuses it; these tests find
it before a browser does.
"""

import re
from pathlib import Path

import pytest

from gotovo.http.forms import MULTILINE
from tests.tidy.tree import files_ending, text

LOADED_BY_PAGES = (".html", ".jinja", ".css", ".js", ".ts", ".webmanifest")

# A namespace is a name and is not fetched.
FOREIGN_HOST = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/|127\.0\.0\.1)[a-z0-9-]+\.[a-z]{2,}""")
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=[^>]*></script>)|<style\b|\sstyle=["']|\son[a-z]+=["']|javascript:"""
)
# Whatever turns text into code or markup; one script may do it, and is named below.
TEXT_TO_CODE = re.compile(
    r"""\beval\(|\bnew Function\b|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write"""
    r"""|createContextualFragment|setHTMLUnsafe|parseFromString|trustedTypes|\bimport\("""
)
TRUSTED = (
    "src/gotovo/web/scripts/trusted.js",
    "frontend/src/shell/trusted.ts",
)
MODULES = Path("frontend/src")
OWN_MODULE = re.compile(r"""import\(["']\./""")
"""A module of ours that is loaded when it is needed: the bundler knows it by its name."""
COMMENT = re.compile(r"(?s)/\*.*?\*/|//[^\n]*")
KEYBOARD = (MODULES / "codes/forms.ts", MODULES / "codes/raw_text.ts")
"""Letters that a scanner types on a Russian keyboard: they are read, and shown to nobody."""
CYRILLIC = re.compile(r"[А-Яа-яЁё]")


def test_no_page_stylesheet_or_script_names_another_host() -> None:
    assert [
        f"{path}:{number} {match.group()}"
        for path in files_ending(*LOADED_BY_PAGES)
        for number, line in enumerate(text(path).splitlines(), start=1)
        if (match := FOREIGN_HOST.search(line))
    ] == []


def test_no_template_contains_an_inline_script_or_style() -> None:
    assert [
        f"{path} {match.group()}"
        for path in files_ending(".html", ".jinja")
        for match in INLINE.finditer(text(path))
    ] == []


def test_no_script_turns_text_into_code_or_markup() -> None:
    assert [
        f"{path} {match.group()}"
        for path in _scripts()
        if str(path) not in TRUSTED
        for match in TEXT_TO_CODE.finditer(text(path))
        if not (path.is_relative_to(MODULES) and OWN_MODULE.match(text(path), match.start()))
    ] == []


def test_no_script_contains_text_for_people() -> None:
    """Texts come from the page, which is in the reader's language, or from its catalogue."""
    assert [
        str(path)
        for path in _scripts()
        if path not in KEYBOARD
        and CYRILLIC.search(COMMENT.sub("", text(path)) if path.suffix == ".ts" else text(path))
    ] == []


def _scripts() -> list[Path]:
    """Return what browsers run: the scripts of pages, and the sources of what is bundled."""
    own = [path for path in files_ending(".ts") if path.is_relative_to(MODULES)]
    return [*files_ending(".js"), *own]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (FOREIGN_HOST, '<link href="https://fonts.example.com/a.css">'),
        (FOREIGN_HOST, "@import url(//cdn.example.com/a.css);"),
        (INLINE, "<script>alert(1)</script>"),
        (INLINE, '<p style="color: red">'),
        (INLINE, '<a onclick="go()">'),
        (INLINE, '<script src="/a.js">alert(1)</script>'),
        (INLINE, '<a href="javascript:go()">'),
        (TEXT_TO_CODE, "box.innerHTML = text;"),
        (TEXT_TO_CODE, "eval(text);"),
        (CYRILLIC, 'say("Готово");'),
    ],
)
def test_what_a_page_may_not_contain_is_found(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_the_text_areas_of_the_pages_are_the_fields_of_several_lines() -> None:
    areas = re.compile(r"<textarea[^>]*\bname=\"([^\"]+)\"")
    pages = [path for path in files_ending(".html") if path.is_relative_to("src")]
    assert {name for path in pages for name in areas.findall(text(path))} == MULTILINE
