"""Stock is remembered where there is far more than is asked for, and read everywhere else."""

from collections.abc import Mapping, Sequence

import pytest

from gotovo.engine.ports import Sku, SkuLevel
from gotovo.engine.recent import recent_levels
from gotovo.engine.recent.recent_levels import MARGIN_UNITS, RecentLevels
from gotovo.order.stock_movements import StockMovement

TEA = Sku("KZN", "tea")


class Stock:
    """Levels, and how often each was read."""

    def __init__(self, **available: int) -> None:
        self.levels = {Sku("KZN", sku): SkuLevel(units, 0) for sku, units in available.items()}
        self.read: list[str] = []
        self.recent = RecentLevels()

    async def of(
        self, wanted: Mapping[str, int], *, from_memory: bool = True
    ) -> Mapping[Sku, SkuLevel]:
        units = {Sku("KZN", sku): each for sku, each in wanted.items()}
        return await self.recent.of(units, self._read, from_memory=from_memory)

    async def _read(self, skus: Sequence[Sku]) -> Mapping[Sku, SkuLevel]:
        self.read += [sku.sku for sku in skus]
        return {sku: self.levels[sku] for sku in skus if sku in self.levels}


async def test_only_what_is_plentiful_is_remembered() -> None:
    stock = Stock(tea=1_000, cup=MARGIN_UNITS)
    for _ in range(2):
        assert await stock.of({"tea": 2, "cup": 1, "nothing": 1}) == stock.levels
    assert stock.read == ["tea", "cup", "nothing", "cup", "nothing"]


async def test_whoever_asks_for_almost_all_of_it_reads() -> None:
    stock = Stock(tea=1_000)
    await stock.of({"tea": 1})
    await stock.of({"tea": 1_000 - MARGIN_UNITS})
    assert stock.read == ["tea"]
    await stock.of({"tea": 1_001 - MARGIN_UNITS})
    assert stock.read == ["tea", "tea"]


async def test_what_was_committed_is_taken_off() -> None:
    stock = Stock(tea=1_000)
    await stock.of({"tea": 1})
    stock.recent.move([StockMovement("KZN", "tea", -100, 300), StockMovement("KZN", "cup", 1, 1)])
    assert await stock.of({"tea": 1}) == {TEA: SkuLevel(900, 300)}
    stock.recent.move([StockMovement("KZN", "tea", 0, 501)])
    await stock.of({"tea": 1})
    assert stock.read == ["tea", "tea"]


async def test_who_is_told_to_read_remembers_what_is_there_now() -> None:
    stock = Stock(tea=1_000)
    await stock.of({"tea": 1})
    stock.levels[TEA] = SkuLevel(1_000, 950)
    assert await stock.of({"tea": 1}, from_memory=False) == {TEA: SkuLevel(1_000, 950)}
    assert await stock.of({"tea": 1}) == {TEA: SkuLevel(1_000, 950)}
    assert stock.read == ["tea", "tea", "tea"]


async def test_skus_read_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_levels, "SKUS_MAX", 2)
    stock = Stock(tea=1_000, cup=1_000, rare=1_000)
    for sku in ("tea", "cup", "rare", "rare", "cup", "tea"):
        await stock.of({sku: 1})
    assert stock.read == ["tea", "cup", "rare", "tea"]
