"""Leftovers: notes to oneself, paths of one machine, addresses of package registries.

A note in the code is a promise without a date; it belongs where work is planned. A path of one
machine works nowhere else. The address of a registry ties everybody to it: pins are hashes, and
each machine's own client knows where to fetch.
"""

import re
from pathlib import Path

import pytest

from tests.tidy.tree import files, files_ending, text

# Written with brackets here, and with dots below, because these tests read this file too.
NOTES = re.compile(r"\b(TO[D]O|FI[X]ME|XX[X]|HA[C]K)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(wor[k]|roo[t]|User[s]|hom[e])/[\w.-]+")
REGISTRIES = re.compile(
    r"\b(pyp[i]\.org|pythonhoste[d]\.org|registry\.npm[j]s|npmjs\.co[m]|yarnpk[g]\.com"
    r"|crate[s]\.io|deb\.debia[n]\.org|docker\.i[o]/|ghc[r]\.io|quay\.i[o])",
)


def test_no_note_to_oneself_is_left_behind() -> None:
    assert _found(NOTES, files()) == []


def test_no_path_of_one_machine_is_left_behind() -> None:
    assert _found(MACHINE_PATHS, files()) == []


def test_no_file_names_the_address_of_a_package_registry() -> None:
    assert _found(REGISTRIES, files()) == []


def test_pins_are_versions_and_hashes_and_nothing_else() -> None:
    pin = re.compile(r"[a-z0-9._\[\]-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    pins = [path for path in files_ending(".txt") if path.parent == Path("requirements")]
    kinds = {"runtime", "tracing", "telegram", "dev", "peers", "uv", "node"}
    assert {path.stem for path in pins} == kinds
    assert [
        f"{path}:{number} {line}"
        for path in pins
        for number, line in enumerate(text(path).splitlines(), start=1)
        if not pin.fullmatch(line)
    ] == []


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        (NOTES, "# TO·DO: later"),
        (MACHINE_PATHS, "see /ho·me/anna/gotovo"),
        (REGISTRIES, "https://py·pi.org/simple"),
    ],
)
def test_leftovers_are_found(pattern: re.Pattern[str], sentence: str) -> None:
    assert pattern.search(sentence.replace("·", ""))


def _found(pattern: re.Pattern[str], paths: tuple[Path, ...]) -> list[str]:
    return [
        f"{path}:{number} {match.group()}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), start=1)
        if (match := pattern.search(line))
    ]
