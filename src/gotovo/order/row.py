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
    """One step of the lifecycle.

    `leads_to` are the stages that the step can move the order into; it may also leave it where
    it is. `already` are stages that lie behind the step: taking it again changes nothing and is
    no error. `fallback` answers in every other stage. `taken_from_imported` are further stages
    for an imported order, whose source may not have recorded the steps between. `file` names
    the file in `steps/` where it cannot be named like the step.
    """

    step: str
    command: type[Struct]
    decide: Decide
    taken_from: frozenset[Stage] = frozenset()
    leads_to: frozenset[Stage] = frozenset()
    who: frozenset[Role]
    falls_due: bool = False
    already: frozenset[Stage] = frozenset()
    fallback: Decide = forbid
    taken_from_imported: frozenset[Stage] = frozenset()
    decide_imported: Decide | None = None
    file: str = ""

    @property
    def module(self) -> str:
        """Return the name of the step's file in `steps/`."""
        return self.file or self.step.replace("-", "_")
