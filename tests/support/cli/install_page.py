"""The page about installing for real: the lines that it has typed, and the answers it has saved."""

import re
from pathlib import Path
from typing import Final

from tests.tidy.tree import text

PAGE: Final = text(Path("docs/operating/install.md"))

LINES: Final = [
    line
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
"""Every line of a console, with the prompt that says who types it."""

[ANSWERS] = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

COMMANDS: Final = [line.removeprefix("$ ") for line in LINES if line.startswith("$ ")]
SERVE: Final = "gotovo serve"
BEFORE: Final = COMMANDS[: COMMANDS.index(SERVE)]
AFTER: Final = COMMANDS[COMMANDS.index(SERVE) + 1 :]
"""What the user types before the program serves in a terminal of its own, and afterwards."""

ROOT_LINES: Final = [line.removeprefix("# ") for line in LINES if line.startswith("# ")]
SWITCH: Final = "su --login gotovo"
INSTALLATION: Final = ROOT_LINES[: ROOT_LINES.index(SWITCH)]
SERVICE: Final = ROOT_LINES[ROOT_LINES.index(SWITCH) + 1 :]
"""What root types before the user does, and to make a service of it."""


def may_find_something(command: str) -> bool:
    """Tell whether a command of the page may end with status 1, which the page explains."""
    return command.startswith("gotovo setup")


def as_typed(commands: list[str]) -> str:
    """Return a script that types commands and ends at the first that fails."""
    lines = [f"{line} || [ $? = 1 ]" if may_find_something(line) else line for line in commands]
    return "\n".join(["set -eu", *lines, ""])
