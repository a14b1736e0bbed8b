"""A buyer chooses what they are told, by kind and channel, on a page that needs no script."""

import re

import pytest

from gotovo.notices.preferences.preferences import NEEDED, OPTIONAL, ChoiceSource
from gotovo.notices.rules import ChannelName, NoticeKind
from gotovo.order.values.customer import customer_id
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, NOW, SECRET, Cast
from tests.support.web.goods import MUG
from tests.support.web.sample_orders.open_orders import ready

CUSTOMER = customer_id(SECRET, ALINA)
BOXES = re.compile(r'<input\s+type="checkbox"[^>]*>')


def boxes(html: str) -> dict[str, bool]:
    """Return the boxes that can be changed, by name, and whether they are ticked."""
    found: dict[str, bool] = {}
    for box in BOXES.findall(html):
        name = re.search(r'name="([^"]+)"', box)
        if name:
            found[name[1]] = "checked" in box
    return found


async def test_the_page_shows_what_can_be_switched_off_and_what_can_not_and_why(
    buyer: Buyer, cast: Cast
) -> None:
    await cast.place(ALINA, NOW, MUG, email="alina@example.com")
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/notifications")
    assert boxes(page.text) == {
        f"{kind}.{channel}": True for kind in OPTIONAL for channel in ("sms", "mail")
    }
    fixed = [each for each in BOXES.findall(page.text) if "disabled" in each]
    assert len(fixed) == 2 * len(NEEDED)
    assert all("checked" in each for each in fixed)
    text = text_of(page.text)
    assert "Always on: you need them to collect your order." in text
    assert "E-mail" in text


async def test_who_has_no_address_is_not_offered_e_mail(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/notifications")
    assert set(boxes(page.text)) == {f"{kind}.sms" for kind in OPTIONAL}


async def test_a_choice_is_kept_and_recorded(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/notifications")
    ticked = {name: "on" for name in boxes(page.text) if name != "reminders.sms"}
    page = await sends_only(buyer, page.text, **ticked)
    assert "Saved." in text_of(page)
    off = {name for name, is_on in boxes(page).items() if not is_on}
    assert off == {"reminders.sms"}
    (choice,) = await dependencies.preferences.history(CUSTOMER)
    assert (choice.kind, choice.channel, choice.is_on) == ("reminders", "sms", False)
    assert choice.source == "page"
    page = await sends_only(buyer, page, **ticked, **{"reminders.sms": "on"})
    assert all(boxes(page).values())
    assert [each.is_on for each in await dependencies.preferences.history(CUSTOMER)] == [
        False,
        True,
    ]


async def test_a_channel_that_was_not_shown_stays_as_it_is(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    page = (await buyer.opens("/notifications")).text
    await sends_only(buyer, page)
    preferences = await dependencies.preferences.of(CUSTOMER)
    assert not any(preferences.is_on(kind, ChannelName.SMS) for kind in OPTIONAL)
    assert all(preferences.is_on(kind, ChannelName.MAIL) for kind in OPTIONAL)
    assert all(preferences.is_on(kind, ChannelName.SMS) for kind in NEEDED)


@pytest.mark.parametrize("channels", ["sms pigeon", "SMS", "sms,mail"])
async def test_a_channel_that_nobody_knows_is_refused(
    buyer: Buyer, dependencies: WebDependencies, channels: str
) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/notifications")
    answer = await buyer.sends(page, "/notifications", channels=channels)
    assert answer.status_code == 400
    assert await dependencies.preferences.history(CUSTOMER) == []


async def test_a_form_that_names_what_is_needed_changes_nothing_of_it(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    """Rule 4.10."""
    await buyer.signs_in(ALINA)
    page = (await buyer.opens("/notifications")).text
    await sends_only(buyer, page, **{"pickup.sms": "off", "reminders.sms": "on"})
    history = await dependencies.preferences.history(CUSTOMER)
    assert NoticeKind.PICKUP not in {each.kind for each in history}


async def test_who_changes_their_mind_without_end_has_to_wait(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/notifications")
    answers = [await buyer.sends(page, "/notifications") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]


async def test_nobody_chooses_for_another(buyer: Buyer) -> None:
    assert (await buyer.client.get("/notifications")).status_code == 303
    assert (await buyer.client.post("/notifications")).status_code == 303


async def test_the_page_is_found_from_the_account_the_messages_and_the_devices(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    for path in ("/orders", "/devices", f"/orders/{order.number}/messages"):
        assert 'href="/notifications"' in (await buyer.opens(path)).text, path


async def test_what_was_chosen_is_in_the_export_and_erased_with_the_buyer(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    choices = {(NoticeKind.REFUNDS, ChannelName.SMS): False}
    await dependencies.preferences.choose(CUSTOMER, choices, ChoiceSource.SUPPORT)
    (exported,) = (await buyer.client.get("/privacy/data")).json()["notice_choices"]
    assert (exported["kind"], exported["source"]) == ("refunds", "support")
    page = await buyer.opens("/privacy/erasure")
    await buyer.sends(page, "/privacy/erasure", sure="yes")
    assert await dependencies.preferences.history(CUSTOMER) == []


async def sends_only(buyer: Buyer, page: str, **ticked: str) -> str:
    """Send the form with these boxes ticked and no others, as a browser does; return the page."""
    fields = dict(re.findall(r'<input type="hidden" name="(form|channels)" value="([^"]*)"', page))
    answer = await buyer.client.post(
        "/notifications", data={**fields, **ticked}, follow_redirects=True
    )
    return answer.text
