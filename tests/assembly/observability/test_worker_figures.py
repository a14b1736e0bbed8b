"""Workers tell each other their figures; one that is dead, hangs or leaves is left out."""

import os
import socket
from pathlib import Path

import pytest

from gotovo.assembly.observability import worker_figures
from gotovo.assembly.observability.worker_figures import figures_of_others, told_to_others
from gotovo.supervision.link import WorkerLink


async def test_a_worker_asks_all_but_itself(tmp_path: Path) -> None:
    first, second = (WorkerLink(worker=number, folder=tmp_path) for number in (1, 2))
    async with told_to_others(first, lambda: b"one"), told_to_others(second, lambda: b"two"):
        assert await figures_of_others(first) == [b"two"]
        assert await figures_of_others(second) == [b"one"]
        assert await figures_of_others(WorkerLink(worker=3, folder=tmp_path)) == [b"one", b"two"]
    assert os.listdir(tmp_path) == []  # noqa: PTH208  (within a coroutine)


async def test_a_worker_that_leaves_is_told_of_no_more(tmp_path: Path) -> None:
    asking, leaving = (WorkerLink(worker=number, folder=tmp_path) for number in (1, 2))
    async with told_to_others(leaving, lambda: b"two"):
        leaving.stop()
        assert await figures_of_others(asking) == []


async def test_the_successor_of_a_killed_worker_is_asked_in_its_place(tmp_path: Path) -> None:
    dead = tmp_path / "2.99.figures"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(dead))
    os.utime(dead, (0, 0))
    asking, successor = (WorkerLink(worker=number, folder=tmp_path) for number in (1, 2))
    assert await figures_of_others(asking) == []
    async with told_to_others(successor, lambda: b"two"):
        assert await figures_of_others(asking) == [b"two"]


async def test_a_worker_that_hangs_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_figures, "ANSWER_SECONDS", 0.05)
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / "2.99.figures"))
        hanging.listen()
        assert await figures_of_others(WorkerLink(worker=1, folder=tmp_path)) == []


async def test_a_worker_alone_asks_nobody() -> None:
    async with told_to_others(WorkerLink(), lambda: b"one"):
        assert await figures_of_others(WorkerLink()) == ()
