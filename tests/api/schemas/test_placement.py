"""From a storefront's body to a placement."""

from functools import partial
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.access.phones import parse_phone
from gotovo.api.schemas.placement import PlaceBody, _phone, draft_of, numbered
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import customer_id, home_of_customer
from gotovo.order.values.number import home_of, is_valid
from tests.support.api.network import PLACE, SECRET, Api

SHOP = Actor(Role.STOREFRONT, "shop")


@given(st.from_regex(r"\+7[0-9]{10}", fullmatch=True))
def test_a_russian_number_written_in_full_is_read_as_the_parser_reads_it(phone: str) -> None:
    assert _phone(phone) == parse_phone(phone)


@given(st.integers(0, 2**128 - 1), st.integers(0, 7))
def test_a_command_draws_the_same_number_each_time_in_its_customers_home(
    command: int, turn: int
) -> None:
    draft = draft_of(_body(), SECRET, partial(customer_id, SECRET), SHOP)

    first, again = (
        numbered(draft, SECRET, UUID(int=command), b"f", actor=SHOP, turn=turn) for _ in range(2)
    )

    assert first == again
    assert is_valid(first.number)
    customer = customer_id(SECRET, PLACE["customer"]["phone"])
    assert home_of(first.number) == home_of_customer(customer)


def test_further_draws_have_numbers_and_ids_of_their_own() -> None:
    draft = draft_of(_body(), SECRET, partial(customer_id, SECRET), SHOP)

    drawn = [numbered(draft, SECRET, UUID(int=1), b"f", actor=SHOP, turn=n) for n in range(8)]

    assert len({each.number for each in drawn}) == 8
    assert len({each.command_id for each in drawn}) == 8


@pytest.mark.parametrize("in_a_list", [False, True])
async def test_a_number_that_is_taken_is_drawn_again(
    api: Api, monkeypatch: pytest.MonkeyPatch, *, in_a_list: bool
) -> None:
    """Two ids that draw alike at first: the second moves on, and repeats what it moved to."""
    chances = iter((1, 1, 2, 1, 2))

    def drawn(_secret: bytes, _command_id: UUID) -> int:
        return next(chances)

    monkeypatch.setattr("gotovo.api.schemas.placement._random_index", drawn)

    first = (await api.place())["number"]
    if in_a_list:
        commands = {"commands": [PLACE | {"id": "a", "step": "placement"}]}
        second = (await api.post("/commands", commands)).json()["outcomes"][0]["number"]
        again = (await api.post("/commands", commands)).json()["outcomes"][0]["number"]
    else:
        second = (await api.post("/orders", PLACE, key="a")).json()["number"]
        again = (await api.post("/orders", PLACE, key="a")).json()["number"]

    assert first != second == again


def _body() -> PlaceBody:
    return msgspec.convert(PLACE, PlaceBody)
