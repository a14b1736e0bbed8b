"""Values of passkeys: the site they are bound to, and what a browser sends."""

from msgspec import Struct


class RelyingParty(Struct, frozen=True):
    """The site that passkeys are bound to: its host, and the origin of its pages."""

    host: str
    origin: str


class PasskeyUser(Struct, frozen=True):
    """Whom a passkey signs in: an id that tells nothing, and what their device calls them."""

    id: bytes
    name: str


class PasskeyCreation(Struct, frozen=True):
    """A new passkey as the browser sends it, each field in base64url."""

    id: str
    client_data: str
    attestation: str


class PasskeyProof(Struct, frozen=True):
    """The signature of a passkey as the browser sends it, each field in base64url."""

    id: str
    client_data: str
    authenticator_data: str
    signature: str
