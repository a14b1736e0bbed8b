"""Fresh proofs as a resource: a person who is signed in proves again who they are.

What is sent here is stored nowhere, not even as the digest of the request under its
Idempotency-Key: a one-time code is short, and with it the password could be guessed from that.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.buyer.passkey_values import PasskeyProof, RelyingParty
from gotovo.access.buyer.user_agent import Device
from gotovo.access.staff.grants import STAFF_ROLES
from gotovo.access.staff.proofs import passkeys
from gotovo.access.staff.sign_in import (
    SignInRefused,
    StaffClient,
    TypedProof,
    confirm_with_passkey,
    confirm_with_password,
)
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest, client_address
from gotovo.api.dispatch.responses import json_response
from gotovo.http.errors import TooManyRequests
from gotovo.store.tables.staff.sessions import StaffSession
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_PART_MAX: Final = 4_096
"""Characters of each part of a passkey's signature; the longest there are have a thousand."""

Part = Annotated[str, Meta(min_length=1, max_length=_PART_MAX)]


class TypedProofBody(Value, frozen=True, forbid_unknown_fields=True):
    """A password, and a one-time code or a recovery code."""

    password: Annotated[str, Meta(min_length=1, max_length=1_024)]
    code: Annotated[str, Meta(min_length=1, max_length=64)]


class PasskeyProofBody(Value, frozen=True, forbid_unknown_fields=True):
    """What a browser signed with a passkey, each part in base64url."""

    id: Part
    client_data: Part
    authenticator_data: Part
    signature: Part


class StaffProofBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the two; a passkey signs the challenge that was asked for last."""

    typed: TypedProofBody | None = None
    passkey: PasskeyProofBody | None = None


class ChallengeBody(Value, frozen=True, forbid_unknown_fields=True):
    """Asks for a challenge."""


class StaffProofView(Value, frozen=True):
    """When the person proved themselves, and until when dangerous steps need no further proof."""

    proved_at: datetime
    fresh_until: datetime


class ChallengeView(Value, frozen=True):
    """What a browser hands to `navigator.credentials.get`, as `publicKey`."""

    public_key: dict[str, Any]


async def challenge(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what a browser signs with a passkey of the person."""
    session = _session(request)
    decode_body(request.content, _challenge_decoder)
    options = await passkeys.request_options(
        dependencies.staff, _site(dependencies), session.digest.hex(), dependencies.clock()
    )
    return json_response(ChallengeView(msgspec.json.decode(options, type=dict[str, Any])))


async def prove(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Renew the proof of a session."""
    session, now = _session(request), dependencies.clock()
    body = decode_body(request.content, _decoder)
    client = StaffClient(
        client_address(request.scope), Device(session.browser, session.system), now
    )
    refused = await _refused(dependencies, session, body, client)
    if refused is not None:
        if refused.wait is not None:
            raise TooManyRequests(refused.wait)
        raise ApiError(RequestErrorCode.NOT_PROVED, "proof")
    dependencies.staff_sessions.forget(session.digest)
    minutes = dependencies.work.terms.proof_minutes
    return json_response(StaffProofView(now, now + timedelta(minutes=minutes)))


async def _refused(
    dependencies: ApiDependencies, session: StaffSession, body: StaffProofBody, client: StaffClient
) -> SignInRefused | None:
    """Return why nothing is proved, None once it is."""
    staff, typed, passkey = dependencies.staff, body.typed, body.passkey
    if (typed is None) == (passkey is None):
        raise ApiError(RequestErrorCode.INVALID_BODY, "typed", "", "either typed or passkey")
    if typed is not None:
        proof = TypedProof(typed.password, typed.code)
        return await confirm_with_password(staff, session, proof, client)
    assert passkey is not None, "one of the two is there"
    _site(dependencies)
    signed = PasskeyProof(
        passkey.id, passkey.client_data, passkey.authenticator_data, passkey.signature
    )
    return await confirm_with_passkey(staff, session, session.digest.hex(), signed, client)


def _session(request: ApiRequest) -> StaffSession:
    session = request.holder.session
    if session is None:
        raise ApiError(RequestErrorCode.PERSON_REQUIRED)
    return session


def _site(dependencies: ApiDependencies) -> RelyingParty:
    """Return the site that passkeys are bound to; raise the error of an installation without."""
    site = dependencies.staff.site
    if site is None:
        raise ApiError(RequestErrorCode.INVALID_BODY, "passkey", "", "typed: there is no site")
    return site


_decoder = msgspec.json.Decoder(StaffProofBody)
_challenge_decoder = msgspec.json.Decoder(ChallengeBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/staff/proof-challenges",
        name="challengeStaff",
        tag="staff",
        summary="Ask for a challenge that a passkey signs",
        handler=challenge,
        protected_by=ProtectedBy.PERSON,
        scope=None,
        roles=STAFF_ROLES,
        body=ChallengeBody,
        body_example={},
        response=ChallengeView,
        problems=(RequestErrorCode.PERSON_REQUIRED,),
        repeatable=True,
        outside_shift=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/staff/proofs",
        name="proveStaff",
        tag="staff",
        summary="Prove again who you are",
        description=(
            "For dangerous steps, which answer `proof_required`. A one-time code proves once: "
            "whoever has no answer reads `/api/v1/staff/me` before typing another."
        ),
        handler=prove,
        protected_by=ProtectedBy.PERSON,
        scope=None,
        roles=STAFF_ROLES,
        body=StaffProofBody,
        body_example={"typed": {"password": "correct horse battery", "code": "123456"}},
        response=StaffProofView,
        response_status=HTTPStatus.OK,
        problems=(RequestErrorCode.PERSON_REQUIRED, RequestErrorCode.NOT_PROVED),
        repeatable=True,
        outside_shift=True,
    ),
)
