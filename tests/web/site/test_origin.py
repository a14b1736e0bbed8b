"""Forms that a browser says come from another site are refused, whatever token they hold."""

import pytest

from tests.support.web.buyer import Buyer, hidden_fields
from tests.support.web.cast import ALINA


@pytest.mark.parametrize(
    "header",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_a_form_from_another_site_changes_nothing(
    buyer: Buyer, header: dict[str, str]
) -> None:
    front = await buyer.opens("/")
    fields = hidden_fields(front.text, "/sign-in-code")
    answer = await buyer.client.post(
        "/sign-in-code", data={**fields, "phone": ALINA}, headers=header
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://gotovo.test"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
async def test_a_form_from_this_site_is_taken(buyer: Buyer, header: dict[str, str]) -> None:
    front = await buyer.opens("/")
    fields = hidden_fields(front.text, "/sign-in-code")
    answer = await buyer.client.post(
        "/sign-in-code", data={**fields, "phone": ALINA}, headers=header
    )
    assert answer.status_code == 303
