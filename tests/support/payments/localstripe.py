"""A Stripe of the tests: localstripe as a process of its own, and what buyers do there."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from msgspec import Struct, structs

from gotovo.payments.providers.stripe import Stripe, StripeAccount

SECRET: Final = "sk_test_a_key_of_the_tests"
WEBHOOK_SECRET: Final = "whsec_a_secret_of_the_tests"
GOOD_CARD: Final = "4242424242424242"
DECLINED_CARD: Final = "4000000000000341"

STOP_SECONDS: Final = 10


class LocalStripe(Struct, frozen=True):
    """A server that is running, at this address."""

    url: str

    def provider(self, client: httpx.AsyncClient, **account: Any) -> Stripe:
        """Return the adapter for it."""
        known = StripeAccount(SECRET, (WEBHOOK_SECRET.encode(),), self.url)
        return Stripe(structs.replace(known, **account), client)

    async def pays(self, session: str, card: str = GOOD_CARD, amount: int | None = None) -> str:
        """Let a buyer pay on a page; return `paid` or `declined`."""
        told = await self._asks(f"pay/{session}", {"card": card, "amount": amount})
        return told["outcome"]

    async def refund_fails(self, refund_id: str, reason: str) -> None:
        """Let a refund fail after all."""
        await self._asks(f"fail-refund/{refund_id}", {"reason": reason})

    async def ages(self, object_id: str, seconds: int) -> None:
        """Let an object have been made earlier."""
        await self._asks(f"age/{object_id}", {"seconds": seconds})

    async def loses_answers(self, answers: int) -> None:
        """Lose the next answers to requests that change something; what they ask for is done."""
        await self._asks("lose", {"answers": answers})

    async def forgets_keys(self) -> None:
        """Forget the idempotency keys, as Stripe does after a day."""
        await self._asks("forget-keys", {})

    async def notifies(self, url: str, secret: str = WEBHOOK_SECRET) -> None:
        """Send every event to an address, signed by localstripe itself."""
        async with httpx.AsyncClient() as client:
            hook = {"url": url, "secret": secret}
            answer = await client.post(f"{self.url}/_config/webhooks/tests", json=hook)
            answer.raise_for_status()

    async def _asks(self, what: str, told: dict[str, Any]) -> Any:
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.url}/_test/{what}", json=told)
            answer.raise_for_status()
            return answer.json()


@contextmanager
def running_localstripe() -> Generator[LocalStripe]:
    """Run a server until the end of the block."""
    command = [sys.executable, "-m", "tests.support.payments.localstripe_server"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), process.communicate()[1]
        yield LocalStripe(url)
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            assert process.stderr is not None
            process.stderr.close()
