"""The pages on texts: the example can be used, and the reference is what the code has."""

import re
import runpy
from pathlib import Path
from typing import Any

from gotovo.notices.channels.sms.segments import segments_of
from gotovo.notices.rules import ChannelName, Purpose
from gotovo.notices.texts.example_texts import example_text, example_values
from gotovo.notices.texts.message_texts import default_texts
from gotovo.notices.texts.own_texts import read_own_texts

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = DOCS.joinpath("guides/texts.md").read_text("utf-8")
MAKER: dict[str, Any] = runpy.run_path(str(DOCS / "make_texts.py"))


def test_the_reference_is_what_the_code_has() -> None:
    """When it is not: `python docs/make_texts.py`."""
    assert MAKER["PAGE"].read_text("utf-8") == MAKER["texts_page"]()


def test_the_example_of_the_guide_can_be_used() -> None:
    found = re.search(r"<!-- ru.toml: .*? -->\n```toml\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    own = read_own_texts(found[1], "ru", "ru.toml")
    assert own.errors == []
    texts = default_texts().with_own(own.templates)
    assert example_text(Purpose.READY, "ru", ChannelName.SMS, texts).startswith("Книжный: заказ ")
    late = texts.of("ru", Purpose.PROMISE_MOVED, ChannelName.SMS)
    values = {**example_values("ru"), "promised_until": ""}
    assert late.filled(values).endswith("\nНовую дату сообщим")


def test_the_preview_of_the_guide_is_the_programs() -> None:
    """It is of an order that is paid."""
    text = example_text(Purpose.READY, "ru", ChannelName.SMS, default_texts())
    text = text.replace(f"{example_values('ru')['to_pay']}\n", "")
    size = segments_of(text)
    assert text.replace("123 456", "*** ***") in GUIDE
    assert f"UCS-2, {size.units} of 134 places, {size.count} segments, 9.00 RUB" in GUIDE
