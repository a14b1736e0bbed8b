"""Commands: what a page tells its reader to type exists, with its options."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gotovo.cli.main import COMMANDS, load_command
from tests.tidy.tree import files_ending, text

GOTOVO = re.compile(r"(?:`|^\$ |^|\bbin/)gotovo ((?!`)[^`#\n]+)", re.MULTILINE)
TASK = re.compile(r"(?:`|bin/)just ([a-z][a-z-]*)")


class Typed(NamedTuple):
    """A command line on a page, without the name of the program."""

    page: str
    line: str


def test_every_command_that_a_page_shows_exists_with_its_options() -> None:
    shown = list(_found(GOTOVO))
    assert shown, "pages show commands"
    assert [each for each in shown if _unknown_words(each.line)] == []


def test_every_task_that_a_page_shows_is_in_the_justfile() -> None:
    tasks = set(
        re.findall(r"^([a-z][a-z-]*)(?: [^:\n]*)?:(?!=)", text(Path("justfile")), re.MULTILINE)
    )
    shown = list(_found(TASK))
    assert shown, "pages show tasks"
    assert [each for each in shown if each.line not in tasks] == []


def test_an_unknown_command_or_option_is_found() -> None:
    assert _unknown_words("audti") == ["audti"]
    assert _unknown_words("import parcels FILE") == ["parcels"]
    assert _unknown_words("audit --worker 2") == ["--worker"]


def _found(command: re.Pattern[str]) -> Iterator[Typed]:
    for page in files_ending(".md"):
        if page.name != "CHANGELOG.md":
            for line in command.findall(text(page)):
                yield Typed(str(page), line.strip())


def _unknown_words(line: str) -> list[str]:
    """Return what the program would not understand: a command, a subcommand or options."""
    name, *words = line.split()
    if name.startswith("-"):
        return []
    if name not in COMMANDS:
        return [name]
    command: Any = load_command(name)
    while words and (subcommands := getattr(command, "commands", None)):
        if words[0].startswith("--") and command.invoke_without_command:
            break
        if words[0] not in subcommands:
            return [words[0]]
        command = subcommands[words.pop(0)]
    options = {option for each in command.params for option in each.opts} | {"--help"}
    return [word for word in words if word.startswith("--") and word not in options]
