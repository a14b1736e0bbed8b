"""What a row of the lifecycle table says."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from gotovo.order.checks.default_refusal import forbid
from gotovo.order.facts import Circumstances, Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order, Stage
from gotovo.order.values.roles import HOLDERS, TIMERS
from gotovo.order.values.stages import EVERY
from gotovo.value import Value

Decide = Callable[[Any, Any, Any], Decision]
Guard = Callable[[Order, Circumstances], Decision | None]


class Row(Value, frozen=True, kw_only=True):
    """One step of the lifecycle.

    `taken_from` are the stages in which it can be taken, every one unless the row names some;
    `leads_to` those that it can move the order into; it may also leave it where it is. `who` may
    take it: the system alone, unless the row says otherwise. `already` are stages that lie behind
    the step: taking it again changes nothing and is no error (rule 4.13; where it depends on what
    the command says, see `repetition.py`). Behind a step of the system lies every stage that it is
    not taken from: what fell due may be over. `fallback` answers in every other stage.
    `taken_from_imported` are further stages for an imported order, whose source may not have
    recorded the steps between.

    `custody` are the roles that must hold the parcels before the step; who takes them over by it
    need not (rule 4.19).

    `not_own`: nobody of the staff takes it with an order of their own.

    `guard` is the part of `decide` that needs no command: what `allowed` asks before anybody
    takes the step. `file` names the file in `steps/` where it cannot be named like the step.
    """

    step: str
    command: type[Struct]
    decide: Decide
    taken_from: frozenset[Stage] = EVERY
    leads_to: frozenset[Stage] = frozenset()
    who: frozenset[Role] = TIMERS
    custody: frozenset[Role] = HOLDERS
    falls_due: bool = False
    not_own: bool = False
    already: frozenset[Stage] = frozenset()
    guard: Guard | None = None
    fallback: Callable[[Order, Circumstances], Decision] = forbid
    taken_from_imported: frozenset[Stage] = frozenset()
    decide_imported: Decide | None = None
    file: str = ""

    @property
    def module(self) -> str:
        """Return the name of the step's file in `steps/`."""
        return self.file or self.step.replace("-", "_")

    def not_permitted(self, actor: Actor) -> Decision | None:
        """Refuse a role that never takes this step."""
        if actor.role in self.who:
            return None
        return refuse(Code.NOT_PERMITTED, "role", actor.role, ", ".join(sorted(self.who)))

    def lies_behind(self, stage: Stage) -> bool:
        """Return whether an order at this stage needs the step no more."""
        if stage in self.already:
            return True
        return self.who == TIMERS and stage not in self.taken_from

    def takes_imported(self, order: Order) -> bool:
        """Return whether the step is taken from here only because the order was imported."""
        return order.imported and order.stage in self.taken_from_imported
