"""The ceremonies of WebAuthn Level 2 (W3C), done by the library: making a passkey, and using one.

The library is large, so only what uses passkeys imports this module.
"""

from collections.abc import Sequence
from typing import Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from gotovo.access.buyer.passkey_values import (
    PasskeyCreation,
    PasskeyProof,
    PasskeyUser,
    RelyingParty,
)

_NAME: Final = "Gotovo"
_VERIFIED: Final = UserVerificationRequirement.REQUIRED
_BAD = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, OverflowError)
"""What the library raises for garbage: its own errors, and those of the formats inside."""


def creation_options(
    site: RelyingParty, user: PasskeyUser, challenge: bytes, known: Sequence[bytes]
) -> bytes:
    """Return what a browser needs to make a passkey that is none of the `known` ones, as JSON."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_id=user.id,
        user_name=user.name,
        user_display_name=user.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(options).encode()


def verified_creation(
    site: RelyingParty, made: PasskeyCreation, challenge: bytes
) -> VerifiedRegistration | None:
    """Return the new passkey; None if it is not valid."""
    try:
        return verify_registration_response(
            credential=RegistrationCredential(
                id=made.id,
                raw_id=base64url_to_bytes(made.id),
                response=AuthenticatorAttestationResponse(
                    base64url_to_bytes(made.client_data), base64url_to_bytes(made.attestation)
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _BAD:
        return None


def request_options(site: RelyingParty, challenge: bytes) -> bytes:
    """Return what a browser needs to sign in with any passkey of the site, as JSON."""
    options = generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=_VERIFIED
    )
    return options_to_json(options).encode()


def id_of(proof: PasskeyProof) -> bytes | None:
    """Return the id of the passkey that is said to have signed; None if it is not base64url."""
    try:
        return base64url_to_bytes(proof.id)
    except _BAD:
        return None


def verified_sign_count(
    site: RelyingParty, proof: PasskeyProof, challenge: bytes, public_key: bytes, sign_count: int
) -> int | None:
    """Return how often a passkey has signed by its own count; None if it did not sign this.

    `public_key` and `sign_count` are as stored.
    """
    try:
        verified = verify_authentication_response(
            credential=AuthenticationCredential(
                id=proof.id,
                raw_id=base64url_to_bytes(proof.id),
                response=AuthenticatorAssertionResponse(
                    base64url_to_bytes(proof.client_data),
                    base64url_to_bytes(proof.authenticator_data),
                    base64url_to_bytes(proof.signature),
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _BAD:
        return None
    return verified.new_sign_count
