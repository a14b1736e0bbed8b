"""Free text: its digest tells nothing without the salt, and a command has one text at most."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs

from gotovo.order.lifecycle import TABLE
from gotovo.order.replay import EVENTS
from gotovo.order.steps.call import CallLogged, LogCall
from gotovo.order.values.texts.order_text import (
    NO_TEXT,
    SALT_BYTES,
    TextDigest,
    digest_in,
    free_text_field,
    order_text,
    text_digest,
)

SALTS = st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES)
NAMES_OF_THINGS = frozenset(
    {
        "approved_by",
        "barcode",
        "cell",
        "code",
        "contact_digest",
        "courier",
        "currency",
        "customer",
        "external_id",
        "manifest",
        "number",
        "origin",
        "payment_id",
        "point",
        "provider",
        "provider_id",
        "qr",
        "reference",
        "refund",
        "same_buyer",
        "shop",
        "warehouse",
        "wave",
    }
)
"""Fields of commands that name something, as scanned or as a program knows it: no sentences."""


@given(SALTS, SALTS, st.text(), st.text())
def test_a_digest_is_of_the_words_and_of_their_salt(
    salt: bytes, other_salt: bytes, words: str, other_words: str
) -> None:
    digest = text_digest(salt, words)
    assert digest == order_text(salt, words).digest
    assert (text_digest(salt, other_words) == digest) is (words == other_words)
    assert (text_digest(other_salt, words) == digest) is (salt == other_salt)


@given(st.text(), SALTS)
def test_a_digest_is_found_in_a_body_without_decoding_it(words: str, salt: bytes) -> None:
    digest = text_digest(salt, words)
    event = CallLogged(answered=True, note=f'"text_digest":"{words}', text_digest=digest)
    assert digest_in(msgspec.json.encode(event)) == digest
    silent = structs.replace(event, text_digest=NO_TEXT)
    assert digest_in(msgspec.json.encode(silent)) == NO_TEXT


def test_every_text_of_a_command_is_free_text_or_known_to_name_something() -> None:
    """A new field fails here until it is `FreeText`, which leaves the history, or a name."""
    texts = {
        (row.step, field.name)
        for row in TABLE
        for field in structs.fields(row.command)
        if field.type is str and field.name not in NAMES_OF_THINGS
    }
    assert texts == set()
    assert free_text_field(LogCall) == "note"


def test_no_event_has_a_field_for_words_but_those_that_the_first_versions_wrote() -> None:
    """`note` and the reason of a promise are read from old histories; nothing writes words."""
    with_digest = {event for event in EVENTS if "text_digest" in event.__struct_fields__}
    with_note = {event for event in EVENTS if "note" in event.__struct_fields__}
    assert with_note < with_digest
    assert {event.__name__ for event in with_digest - with_note} == {
        "HandoverStarted",
        "OrderIssued",
        "PromiseChanged",
        "ReturnRefused",
    }
    assert all(_default(event, "text_digest") == NO_TEXT for event in with_digest)
    assert TextDigest("") == NO_TEXT


def _default(event: type[Struct], name: str) -> object:
    return next(x.default for x in structs.fields(event) if x.name == name)
