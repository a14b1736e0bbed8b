"""What a row of the lifecycle table says."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from gotovo.order.checks.default_refusal import forbid
from gotovo.order.facts import Decision
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Stage
from gotovo.value import Value

Decide = Callable[[Any, Any, Any], Decision]


class Row(Value, frozen=True, kw_only=True):
    """One step of the life.

    `leads_to` are the stages that the step can move the order into; it may also leave it where
    it is. `already` are stages that lie behind the step: taking it again changes nothing and is
    no fault. `otherwise` answers in every other stage. `carried_over` are further stages for a
    life that comes from another system, which may not have recorded the steps between.
    """

    step: str
    command: type[Struct]
    decide: Decide
    taken_from: frozenset[Stage] = frozenset()
    leads_to: frozenset[Stage] = frozenset()
    who: frozenset[Role]
    falls_due: bool = False
    already: frozenset[Stage] = frozenset()
    otherwise: Decide = forbid
    carried_over: frozenset[Stage] = frozenset()
    decide_carried_over: Decide | None = None
