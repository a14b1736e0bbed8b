"""What a person needs beyond a role: an open shift for desk steps, and a fresh proof.

The one place that asks for a shift, and the one that asks for a proof. Programs need neither: their
key is what they are, and whoever holds it has nothing to prove it with.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec import structs

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.access.staff.fresh_proof import (
    DANGEROUS_COMMANDS,
    PROOF_METHODS,
    DangerousStep,
    is_fresh,
)
from gotovo.access.staff.grants import person_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.order.values.actor import Role
from gotovo.words.request_errors import RequestErrorCode

_PROOF_CHALLENGE: Final = 'Bearer realm="gotovo", error="insufficient_user_authentication"'
"""As RFC 9470 has it: the same request will do once the person has proved themselves again."""


def person_behind(holder: KeyHolder) -> UUID | None:
    """Return the person who sends a request, None for a program."""
    return person_of(holder.actor)


def is_manager(holder: KeyHolder) -> bool:
    """Tell whether a person is in charge at the point they act at; a program never is."""
    return holder.session is not None and holder.session.manager


async def in_shift(
    dependencies: ApiDependencies, endpoint: Endpoint, request: ApiRequest
) -> ApiRequest:
    """Return the request of a clerk whose shift is open, every other one as it is.

    A clerk whose grant names no point acts at the point of the shift. Raises the error of one
    without an open shift at the point they act at.
    """
    holder = request.holder
    session = holder.session
    if session is None or holder.actor.role is not Role.POINT:
        return request
    if not dependencies.work.terms.needs_shift or _is_outside(endpoint, holder):
        return request
    shift, place = await dependencies.work.shifts.of(session.person), holder.actor.place
    if shift is None or (place is not None and shift.point != place):
        elsewhere = "" if shift is None else shift.point
        raise ApiError(RequestErrorCode.SHIFT_REQUIRED, "shift", elsewhere, place or "")
    if session.shift != shift.id:
        await dependencies.work.shift_store.join(shift, session.digest)
        dependencies.staff_sessions.forget(session.digest)
    if place is not None:
        return request
    actor = structs.replace(holder.actor, place=shift.point)
    return request.held_by(structs.replace(holder, actor=actor))


def _is_outside(endpoint: Endpoint, holder: KeyHolder) -> bool:
    """Tell whether no shift is needed: to read, to begin one, and for a manager who approves.

    Who is in charge is called at home; a colleague of the one who asks works beside them.
    """
    if not endpoint.needs_shift:
        return True
    return endpoint.danger is DangerousStep.APPROVAL_DECISION and is_manager(holder)


def require_proof(
    dependencies: ApiDependencies, request: ApiRequest, step: DangerousStep | None
) -> None:
    """Raise the error of a person whose last proof is too old for a dangerous step."""
    session = request.holder.session
    if session is None or step is None:
        return
    minutes = dependencies.work.terms.proof_minutes
    if is_fresh(session.proved_at, dependencies.clock(), minutes):
        return
    challenge = f'{_PROOF_CHALLENGE}, max_age="{minutes * 60}"'
    headers = ((b"www-authenticate", challenge.encode()),)
    methods = ", ".join(PROOF_METHODS)
    raise ApiError(RequestErrorCode.PROOF_REQUIRED, "proof", step, methods, headers)


def require_proofs(
    dependencies: ApiDependencies, request: ApiRequest, steps: Iterable[str]
) -> None:
    """Raise the error of a person whose proof is too old for one of these steps of orders."""
    if request.holder.session is not None:
        for step in steps:
            require_proof(dependencies, request, DANGEROUS_COMMANDS.get(step))
