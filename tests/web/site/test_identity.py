"""Who visits: the session in the cookie, the browser before it, and whose page it is."""

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, BORIS
from tests.support.web.stage import browser_of

ACCOUNT = "x-gotovo-account"


async def test_a_page_says_whose_it_is_and_nobody_can_read_a_customer_from_it(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    assert (await buyer.opens("/")).headers[ACCOUNT] == "none"
    alina = (await buyer.signs_in(ALINA)).headers[ACCOUNT]
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        assert (await other.signs_in(ALINA)).headers[ACCOUNT] == alina, "on every device"
    async with browser_of(dependencies) as client:
        boris = (await Buyer(client).signs_in(BORIS)).headers[ACCOUNT]
    assert boris != alina
    assert len(alina) == len(boris) == 16


async def test_a_page_that_does_not_look_for_the_session_says_nothing_of_whose_it_is(
    buyer: Buyer,
) -> None:
    await buyer.signs_in(ALINA)
    assert ACCOUNT not in (await buyer.opens("/offline")).headers


async def test_signing_in_leaves_no_browser_token_and_no_phone_behind(buyer: Buyer) -> None:
    await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    assert {"gotovo-browser", "gotovo-phone"} <= {*buyer.client.cookies}
    assert ALINA.removeprefix("+") not in "".join(buyer.client.cookies.values())
    await buyer.signs_in(ALINA)
    assert {*buyer.client.cookies} == {"gotovo-session", "gotovo-known"}
