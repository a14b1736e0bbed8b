"""Canaries: what the buyers of the tests are known by, and no log may ever hold.

Every phone of a test's buyer is a number of +7 900 …, which is given to nobody; +7 900 000-00-… are
the demo's, which it shows at its start. Every token of a key begins with gtv_, every secret of a
webhook with whsec_; the token of a Telegram bot is a number, a colon and 35 characters. A code is
six digits beside the word for it. The key of the tests' shop at a payment provider says hush.
"""

import re
from pathlib import Path
from typing import Final

CANARIES: Final = re.compile(
    r"\+?7900(?!000000)\d{7}|\b900(?!000000)\d{7}\b"
    r"|Алин[аыеу]|Лесная, 7|gtv_[0-9a-z]+_[0-9a-z]{8,}|/track/[\w-]{20,}|whsec_[\w+/]{20,}"
    r"|(?:test|live)_hush-[\w-]+"
    r"|/receipts/sms/[\w-]{20,}|\d{6,12}:[\w-]{35}\b"
    r"|\b(?i:код|code)\b[^\d\n]{0,20}\b\d{3}[\s\u00a0]?\d{3}\b"
)
SHOWN_CHARACTERS: Final = 160


def canaries_in(text: str) -> list[str]:
    """Return the lines of a log that hold a canary, shortened."""
    found: list[str] = []
    for line in text.splitlines():
        match = CANARIES.search(line)
        if match:
            begin = max(0, match.start() - SHOWN_CHARACTERS // 2)
            found.append(f"{match[0]} in: {line[begin : begin + SHOWN_CHARACTERS]}")
    return found


def canaries_below(folder: Path) -> list[str]:
    """Return the same of every file of a log below a folder."""
    found: list[str] = []
    for path in sorted(folder.rglob("*.log*")):
        if path.is_file():
            text = path.read_text("utf-8", "replace")
            found += [f"{path}: {each}" for each in canaries_in(text)]
    return found
