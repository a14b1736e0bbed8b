"""A random walk whose orders can all be looked at in the end."""

from typing_extensions import override

from tests.support.order.cast import Play
from tests.support.order.model import Life
from tests.support.order.walk import Walk


class KeptWalk(Walk):
    """A walk that keeps every order it placed."""

    def __init__(self, seed: int) -> None:
        self.plays: list[Play] = []
        super().__init__(seed)

    @override
    def _place(self) -> tuple[Play, Life]:
        play, life = super()._place()
        self.plays.append(play)
        return play, life
