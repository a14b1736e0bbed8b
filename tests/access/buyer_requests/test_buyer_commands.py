"""Commands of buyers: the same press of the same person is one command, and nobody else's."""

from itertools import product

from gotovo.access.buyer_requests.buyer_commands import buyer_submission
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.values.actor import Actor, Role


def test_the_same_press_is_the_same_command() -> None:
    first, again = (buyer_submission("web", "alina", "1", Cancel(), "a") for _ in range(2))
    assert (first.command_id, first.fingerprint) == (again.command_id, again.fingerprint)
    assert first.actor == Actor(Role.BUYER, "alina")


def test_whatever_differs_is_another_command() -> None:
    presses = product(
        ("web", "telegram"), ("alina", "boris"), ("1", "2"), (Cancel(), ExtendStorage()), "ab"
    )
    ids = [buyer_submission(*each).command_id for each in presses]
    assert len(ids) == len(set(ids)) == 32
