"""Repetition: a command that tells what has happened already changes nothing (rule 4.13).

Most steps lie behind an order by its stage alone; the lifecycle table says which. For those named
here it depends on what the command says: the same units, slot or reason are a repetition, others
are another fact. They are asked in every stage that the step is not taken from; where it is taken
from, the step itself asks them.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from gotovo.order.facts import Facts
from gotovo.order.row import Row
from gotovo.order.steps.attempt import RecordAttempt, attempted_before
from gotovo.order.steps.correction import Correct, corrected_before
from gotovo.order.steps.departure import Depart, departed_before
from gotovo.order.steps.handover_stop import StopHandover, stopped_before
from gotovo.order.steps.packing import Pack, packed_so
from gotovo.order.steps.promise import ChangePromise, promised_before
from gotovo.order.steps.redirection import Redirect, goes_there_already
from gotovo.order.steps.reinstatement import Reinstate, reinstated_before
from gotovo.order.steps.return_acceptance import AcceptReturn, returned_before
from gotovo.order.steps.return_claim import ClaimReturn, claimed_before
from gotovo.order.steps.shelving import Shelve, shelved_before
from gotovo.order.steps.slot import AgreeSlot, agreed_before
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted, revoked_before
from gotovo.order.steps.withdrawal import Withdraw, withdrawn_before
from gotovo.order.values.order import Order

_REPEATS: dict[type[Struct], Callable[[Order, Any, Facts], bool]] = {
    AcceptReturn: returned_before,
    AgreeSlot: agreed_before,
    ChangePromise: promised_before,
    ClaimReturn: claimed_before,
    Correct: corrected_before,
    Depart: departed_before,
    Pack: packed_so,
    RecordAttempt: attempted_before,
    Redirect: goes_there_already,
    Reinstate: reinstated_before,
    RevokeTrusted: revoked_before,
    Shelve: shelved_before,
    StopHandover: stopped_before,
    Withdraw: withdrawn_before,
}


def was_done(order: Order, row: Row, command: Struct, facts: Facts) -> bool:
    """Return whether a command repeats what has happened, in a stage it is not taken from."""
    repeats = _REPEATS.get(type(command))
    return row.lies_behind(order.stage) if repeats is None else repeats(order, command, facts)
