"""Storage extension: the new deadline and its rule are said before it is done, once."""

from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.values.actor import Role
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, Cast
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.open_orders import being_picked, ready, ready_where_it_closes


async def test_the_new_deadline_and_its_rule_stand_there_before_it_is_done(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready_where_it_closes(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/storage-extension"
    asked = await buyer.opens(where)
    text = text_of(asked.text)
    assert "instead of 20:00 on Saturday, 28 November" in text
    assert "7 days from 14:35 on 20 November, extended by 3 days" in text
    page = text_of((await buyer.sends(asked, where)).text)
    assert "extended by 3 days" in page
    assert "has already been extended" in page


async def test_it_is_extended_once(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/storage-extension"
    asked = await buyer.opens(where)
    await cast.step(order, ExtendStorage(), NOW, Role.BUYER)
    refused = await buyer.sends(asked, where)
    assert refused.status_code == 409
    assert "cannot be extended again" in text_of(refused.text)
    assert (await buyer.opens(where)).status_code == 409


async def test_what_is_not_on_the_shelf_is_not_extended(buyer: Buyer, cast: Cast) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/storage-extension")
    assert page.status_code == 409


async def test_no_act_finds_somebody_elses_order(buyer: Buyer, cast: Cast) -> None:
    theirs = await cast.place(BORIS, NOW, LAMP)
    await buyer.signs_in(ALINA)
    for act in (
        "storage-extension",
        "cancellation",
        "redirection",
        "redirection/KZN-2",
        "trusted-person",
        "slot",
        "return-claim",
        f"return-claim/{'0' * 32}",
        "help",
        "rating",
        "messages",
        "map",
    ):
        assert (await buyer.opens(f"/orders/{theirs.number}/{act}")).status_code == 404, act
