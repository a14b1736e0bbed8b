"""The page about installing quotes the installer."""

import re
from pathlib import Path

from tests.tidy.tree import text


def test_every_message_that_the_page_explains_is_printed_by_the_installer() -> None:
    page = text(Path("docs/start/install.md")).partition("## What can go wrong")[2]
    messages = re.findall(r"^\| ([A-Z][^|]*\.) \|", page, re.MULTILINE)
    assert messages, "the page explains messages"
    installer = text(Path("requirements/install"))
    assert [message for message in messages if message not in installer] == []
