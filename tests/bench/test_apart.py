"""A process of its own answers from another process, and ends with who asked."""

import os

import pytest

from gotovo.bench.apart import apart
from gotovo.bench.figure import BenchError
from gotovo.bench.processes import family
from tests.bench.openers import opened, telling


async def test_rounds_run_in_another_process_that_ends_with_the_asking() -> None:
    async with apart(telling, 3.0) as there:
        first = await there.run("tell")(2)
        second = await there.run("tell")(5)
    assert (first.per_second, second.per_second) == (6, 15)
    assert first.facts == second.facts
    pid = int(first.facts["pid"])
    assert pid != os.getpid()
    assert pid not in set(family(os.getpid()))


async def test_a_fault_over_there_is_told_here() -> None:
    async with apart(telling, 1.0) as there:
        with pytest.raises(BenchError, match=r"ValueError: no luck"):
            await there.run("fail")(1)


async def test_what_can_not_be_opened_is_told_here() -> None:
    with pytest.raises(BenchError, match=r"ValueError: locked"):
        async with apart(opened, "locked"):
            pass
