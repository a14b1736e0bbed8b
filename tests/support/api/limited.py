"""A network whose API has other limits, and a clock for what they restore."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import httpx
from msgspec import structs

from gotovo.access.programs.api_keys import KEYS_PER_SHOP
from gotovo.api.application import api_app
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.engine.ports import FeedEpoch
from gotovo.http.limits import ClientLimits
from gotovo.http.slices import Slices
from tests.support.api.network import Api, Network


class Nanoseconds:
    """A monotonic clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 10**18

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * 10**9)


@asynccontextmanager
async def limited(
    network: Network,
    limits: ClientLimits,
    clock: Nanoseconds | None = None,
    slices: Slices | None = None,
    keys_per_shop: int = KEYS_PER_SHOP,
    epochs: Sequence[FeedEpoch] = (),
) -> AsyncGenerator[tuple[Api, ApiDependencies]]:
    """Give a client of the same network with other limits, and what it depends on."""
    dependencies = structs.replace(
        network.dependencies,
        limits=limits,
        monotonic_ns=clock or Nanoseconds(),
        slices=slices or Slices(),
        keys_per_shop=keys_per_shop,
        epochs=epochs,
    )
    transport = httpx.ASGITransport(app=api_app(dependencies))
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        yield Api(client, network), dependencies
