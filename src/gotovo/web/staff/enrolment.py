"""Enrolment of an authenticator app: the secret is shown, and kept by the page until it is proved.

The page holds the secret sealed for the browser, so nothing is stored of an enrolment that was not
finished, and nobody can have a secret enrolled that they chose for somebody else.
"""

from typing import Final

import segno
from markupsafe import Markup
from msgspec import Struct

from gotovo.access.staff.invitations import ChosenPassword
from gotovo.access.staff.proofs.totp import enrolment_uri, new_secret
from gotovo.keyring.sealing import seal, unseal
from gotovo.web.site.visit import Visit

_PURPOSE: Final = "staff enrolment"
_QUIET_MODULES: Final = 4  # ISO/IEC 18004 asks for as many on each side.
_PIXELS: Final = 4


class Enrolment(Struct, frozen=True):
    """What the form shows: the QR code, the secret in groups, and what was wrong, if anything."""

    sealed: str
    secret: str
    picture: Markup
    wrong: str = ""


def enrolment(visit: Visit, login: str, wrong: str = "") -> Enrolment:
    """Return what a form shows; after a mistake the same secret as before."""
    secret = _sealed_secret(visit) or new_secret()
    sealed = seal(
        visit.dependencies.forms,
        visit.dependencies.random_bytes,
        _PURPOSE,
        visit.identity.browser,
        secret,
    )
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return Enrolment(sealed, groups, _picture(enrolment_uri(secret, login)), wrong)


def chosen_in_form(visit: Visit) -> ChosenPassword:
    """Return what the form says; a secret that is not from its page proves nothing."""
    return ChosenPassword(visit.field("password"), _sealed_secret(visit), visit.field("code"))


def _sealed_secret(visit: Visit) -> str:
    sealed = visit.field("sealed")
    if not sealed:
        return ""
    return unseal(visit.dependencies.forms, _PURPOSE, visit.identity.browser, sealed)


def _picture(text: str) -> Markup:
    drawn = segno.make_qr(text, error="m").svg_inline(
        scale=_PIXELS, border=_QUIET_MODULES, dark="#000", light="#fff"
    )
    return Markup(drawn)  # noqa: S704  (segno draws it; the text is no part of it)
