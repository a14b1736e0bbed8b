"""Call-backs of an SMS provider: read, stored, and answered in its own words."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest
from msgspec import structs

from gotovo.api.receipts import BODY_BYTES_MAX, ReceiptsApp
from gotovo.notices.channels.port import DeliveryState, Receipt, ReceiptRefused, ReceiptRequest
from tests.support.http.asgi import Sent, never, scope_of

PATH = "/receipts/sms/secret-token"
DELIVERED = Receipt("ab12", DeliveryState.DELIVERED)


class Provider:
    """A channel that keeps what it is given to read, and a desk that keeps what it is told."""

    def __init__(self) -> None:
        self.requests: list[ReceiptRequest] = []
        self.taken: list[Receipt] = []
        self.trouble: Exception | None = None

    def read(self, request: ReceiptRequest) -> Sequence[Receipt]:
        """Return one receipt, unless the address is wrong."""
        self.requests.append(request)
        if not request.path.endswith("/secret-token"):
            raise ReceiptRefused("the address has a wrong token")
        return [DELIVERED]

    async def take(self, receipts: Sequence[Receipt]) -> int:
        """Store receipts, unless there is trouble."""
        if self.trouble is not None:
            raise self.trouble
        self.taken += receipts
        return len(receipts)


@pytest.fixture
def provider() -> Provider:
    """Give a provider."""
    return Provider()


@pytest.fixture
def client(provider: Provider) -> httpx.AsyncClient:
    """Give the provider's client."""
    app = ReceiptsApp(provider.read, provider.take, "OK")
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://gotovo.test")


async def test_what_is_stored_is_answered_in_the_words_of_the_provider(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    answer = await client.post(f"{PATH}?a=%D0%B3&b=1", content=b"id=ab12")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"
    assert provider.taken == [DELIVERED]
    (request,) = provider.requests
    expected = ReceiptRequest("POST", PATH, "a=%D0%B3&b=1", {}, b"id=ab12")
    assert structs.replace(request, headers={}) == expected
    assert request.headers["content-length"] == "7"


async def test_a_call_back_may_be_a_get(client: httpx.AsyncClient, provider: Provider) -> None:
    assert (await client.get(f"{PATH}?id=ab12")).text == "OK"
    assert [each.query for each in provider.requests] == ["id=ab12"]


async def test_a_forged_one_is_told_why_and_stores_nothing(
    client: httpx.AsyncClient, provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.post("/receipts/sms/guessed-token", content=b"id=ab12")
    assert (answer.status_code, answer.text) == (403, "the address has a wrong token\n")
    assert provider.taken == []
    assert "guessed-token" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("trouble", "status"), [(ConnectionRefusedError(), 503), (ZeroDivisionError(), 500)]
)
async def test_what_is_not_stored_is_to_be_repeated(
    client: httpx.AsyncClient, provider: Provider, trouble: Exception, status: int
) -> None:
    provider.trouble = trouble
    assert (await client.get(PATH)).status_code == status
    provider.trouble = None
    assert (await client.get(PATH)).status_code == 200


async def test_of_a_stranger_no_body_is_read(provider: Provider) -> None:
    def check(path: str) -> None:
        if path != PATH:
            raise ReceiptRefused("the address has a wrong token")

    sent = Sent()
    app = ReceiptsApp(provider.read, provider.take, "OK", check_path=check)
    scope = scope_of("POST", "/receipts/sms/guessed", content_length="100000")
    async with asyncio.timeout(10):
        await app(scope, never, sent)
    assert sent.messages[0]["status"] == 403
    assert provider.requests == []


async def test_neither_other_methods_nor_bodies_without_end_are_read(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    other = await client.put(PATH, content=b"id=ab12")
    assert (other.status_code, other.headers["allow"]) == (405, "GET, POST")
    long = await client.post(PATH, content=b"x" * (BODY_BYTES_MAX + 1))
    assert long.status_code == 413
    assert provider.requests == []
