"""Words beside an order are those of its events, all of them, and none of an erased buyer."""

import pytest

from gotovo.order.replay import TYPE_OF
from gotovo.order.steps.call import CallLogged
from gotovo.order.steps.contact_erasure import ContactErased
from gotovo.order.values.texts.order_text import OrderText, order_text
from gotovo.store.audit.text_findings import text_findings
from gotovo.store.journal.batch_rows import DatabaseRow

NUMBER = "200785804776"
WET, TORN = (order_text(bytes([n]) * 16, words) for n, words in enumerate(("wet", "torn")))


def event(version: int, text: OrderText | None) -> DatabaseRow:
    """Return a call with a note, or an erasure."""
    type_ = TYPE_OF[ContactErased if text is None else CallLogged]
    digest = "" if text is None else f',"text_digest":"{text.digest}"'
    return {"version": version, "type": type_, "body": f'{{"type":"{type_}"{digest}}}'}


def row(text: OrderText, said: str = "") -> DatabaseRow:
    return {"digest": text.digest, "salt": text.salt, "said": said or text.words}


@pytest.mark.parametrize(
    ("events", "texts", "found"),
    [
        ([event(1, WET)], [row(WET)], []),
        ([event(1, WET), event(2, WET)], [row(WET)], []),
        ([event(1, WET)], [row(WET, "dry")], [("order_text.said", WET.digest)]),
        ([event(1, WET)], [], [("order_text", "1")]),
        ([event(1, WET)], [row(WET), row(TORN)], [("order_text", TORN.digest)]),
        ([event(1, WET), event(2, None)], [], []),
        ([event(1, WET), event(2, None)], [row(WET)], [("order_text", WET.digest)]),
        ([event(1, WET), event(2, None), event(3, TORN)], [row(TORN)], []),
        ([event(1, WET), event(2, None), event(3, TORN)], [], [("order_text", "3")]),
    ],
    ids=[
        "whole",
        "said twice",
        "other words",
        "lost words",
        "of no event",
        "erased",
        "not erased",
        "later ones stay",
        "later ones lost",
    ],
)
def test_words_are_compared_with_the_digests_of_the_history(
    events: list[DatabaseRow], texts: list[DatabaseRow], found: list[tuple[str, str]]
) -> None:
    findings = text_findings(NUMBER, events, texts)
    assert [(x.where, x.key.removeprefix(f"{NUMBER}/")) for x in findings] == found
