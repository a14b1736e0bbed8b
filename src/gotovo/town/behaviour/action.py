"""A deed: a step that somebody in the town will take."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from gotovo.order.values.actor import Actor
from gotovo.points.point import Point


class Deed(Struct, frozen=True):
    """What will be done and by whom; the noun tells its pause, which counts from `since`."""

    noun: str
    command: Struct
    actor: Actor
    since: datetime


class Surroundings(Struct, frozen=True):
    """What people know besides the order: the secret of its codes, and the points."""

    secret: bytes
    points: Mapping[str, Point]
