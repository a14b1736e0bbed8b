"""What every page shows: the same page in the other language, on this host."""

import pytest

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA
from tests.support.web.stage import browser_of


async def test_the_switch_keeps_the_page_and_what_was_asked_of_it(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/orders?q=lamp&status=closed")
    assert 'href="/orders?q=lamp&amp;status=closed&amp;lang=ru"' in page.text


@pytest.mark.parametrize("path", ["//evil.example", "///evil.example/x"])
async def test_no_address_makes_a_page_link_to_another_host(
    dependencies: WebDependencies, path: str
) -> None:
    async with browser_of(dependencies) as client:
        body = (await client.get(f"http://gotovo.test{path}")).text
    assert 'href="/evil.example' in body
    assert 'href="//' not in body


async def test_the_page_that_refuses_a_form_leads_to_the_home_page_in_the_other_language(
    buyer: Buyer,
) -> None:
    refused = await buyer.client.post("/sign-in-code", data={"phone": ALINA})
    assert refused.status_code == 403
    assert 'href="/?lang=ru"' in refused.text
