"""Phone change: the buyer is reached at another phone, and of the order nothing else changes."""

import pytest
from msgspec import structs

from gotovo.order.decide import decide
from gotovo.order.facts import ALREADY_DONE, Decision, Facts
from gotovo.order.steps.phone_change import ChangePhone, PhoneChanged
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import Contact, contact_digest
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import SECRET, Play

NEW = "+79007654321"
CONTACT = Contact("+79001234567", "Алина", address="Лесная, 7")


def decided(play: Play, contact: Contact | None) -> Decision:
    """Decide that the buyer is reached at the new phone."""
    buyer = Actor(Role.BUYER, play.order.customer)
    facts = Facts(play.world, buyer, "one", play.now, play.now, contact=contact, phone=NEW)
    return decide(play.order, ChangePhone(), facts)


@pytest.mark.parametrize("stage", [*stories.OPEN, *stories.CLOSED])
def test_at_every_stage_the_contact_gets_the_phone_and_the_event_its_digest(stage: Stage) -> None:
    digest = contact_digest(SECRET, structs.replace(CONTACT, phone=NEW))
    assert decided(stories.AT[stage](), CONTACT).events == (PhoneChanged(digest),)


@pytest.mark.parametrize("contact", [None, structs.replace(CONTACT, phone=NEW)])
def test_who_was_forgotten_or_is_reached_there_is_left_alone(contact: Contact | None) -> None:
    assert decided(stories.shelved(), contact) == ALREADY_DONE
