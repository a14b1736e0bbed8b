"""An action: a step that somebody in the town is going to take."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from gotovo.keyring.keyring import Keys
from gotovo.order.values.actor import Actor
from gotovo.points.point import Point


class Action(Struct, frozen=True):
    """A command and its actor; `name` selects the delay distribution; it runs from `since`."""

    name: str
    command: Struct
    actor: Actor
    since: datetime


class ActionContext(Struct, frozen=True):
    """What actors know besides the order: the customer's key, the keys of codes, the points."""

    secret: bytes
    codes: Keys
    points: Mapping[str, Point]
