"""What became of messages, over the API, and sending one again."""

from datetime import timedelta
from uuid import uuid4

from gotovo.keyring.keyring import one_key
from gotovo.webhooks.dispatcher import WebhookDispatcher
from tests.support.api.network import SECRET, Api, captured
from tests.support.webhooks.receiver import Receiver
from tests.support.webhooks.shop import tools


async def deliver(api: Api) -> None:
    """Send what is due at the instant of the network's clock."""
    used = tools(api.network.pool, clock=api.network.clock, keys=lambda: one_key(SECRET))
    dispatcher = WebhookDispatcher(used, uuid4().hex)
    await dispatcher.start_rounds()
    await dispatcher.close()


async def test_messages_are_listed_and_sent_again_as_the_feed_shows_it(
    api: Api, receiver: Receiver
) -> None:
    id_ = (await api.post("/webhooks", {"url": "https://shop.example/"}, "storefront")).json()["id"]
    await api.network.pool.execute("update webhook set url = $1", receiver.url)
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))

    await deliver(api)
    api.network.clock.now += timedelta(minutes=1)
    listed = (await api.get(f"/webhooks/{id_}/deliveries", "storefront")).json()

    feed = (await api.get("/events", "storefront")).json()["items"]
    assert [each.event for each in receiver.received] == feed
    assert listed["next"] is None
    newest = listed["items"][0]
    assert [each["message"] for each in listed["items"]] == receiver.ids[::-1]
    assert (newest["state"], newest["attempts"], newest["status"]) == ("delivered", 1, 204)
    assert (newest["number"], newest["error"]) == (number, None)
    first = receiver.ids[0]
    again = await api.post(f"/webhooks/{id_}/resend", {"message": first}, "storefront")
    assert (again.status_code, again.json()["state"]) == (202, "resending")
    await deliver(api)
    assert receiver.ids[-1] == first


async def test_pages_go_from_message_to_message(api: Api, receiver: Receiver) -> None:
    id_ = (await api.post("/webhooks", {"url": "https://shop.example/"})).json()["id"]
    await api.network.pool.execute("update webhook set url = $1", receiver.url)
    for _ in range(3):
        await api.place()
    await deliver(api)
    path = f"/webhooks/{id_}/deliveries?limit=2"

    first = (await api.get(path)).json()
    second = (await api.get(f"{path}&after={first['next']}")).json()

    assert len(first["items"]) == 2
    assert second["next"] is None
    shown = [each["message"] for each in first["items"] + second["items"]]
    feed = (await api.get("/events")).json()["items"]
    assert shown == [f"evt_{each['hash'][:32]}" for each in reversed(feed)]
    assert (await api.get(f"{path}&after=evt_x")).json()["code"] == "invalid_query"
    assert (await api.get(f"{path}&state=waiting")).json()["items"] == []
    assert (await api.get(f"{path}&state=sent")).json()["field"] == "state"


async def test_an_unknown_message_is_named(api: Api) -> None:
    id_ = (await api.post("/webhooks", {"url": "https://shop.example/"})).json()["id"]

    answer = await api.post(f"/webhooks/{id_}/resend", {"message": "evt_x"})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (404, "unknown_message")
    assert (problem["field"], problem["value"]) == ("message", "evt_x")


async def test_words_arrive_beside_the_event_and_after_their_erasure_no_more(
    api: Api, receiver: Receiver
) -> None:
    id_ = (await api.post("/webhooks", {"url": "https://shop.example/"})).json()["id"]
    await api.network.pool.execute("update webhook set url = $1", receiver.url)
    number = (await api.place())["number"]
    await api.step(number, "attention", flag="damaged", note="ключ у соседки")
    await deliver(api)
    told = receiver.received[-1]
    assert told.event["text"] == "ключ у соседки"

    await api.step(number, "cancellation", reason="customer_request")
    await api.step(number, "contact-erasure")
    await api.post(f"/webhooks/{id_}/resend", {"message": told.id})
    await deliver(api)

    (again,) = [each for each in receiver.received if each.id == told.id][1:]
    assert (again.event.get("text"), again.event["text_erased"]) == (None, True)
    assert again.event["hash"] == told.event["hash"]
