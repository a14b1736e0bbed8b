"""Fingerprints: what a repeated request must have in common with the first one (rule 4.13).

Fifteen bytes are a digest of the request. The last one is the form in which its response was given,
such as the language: a repetition may ask for another form and still gets the same bytes.
"""

import hashlib
from typing import Final

DIGEST_BYTES: Final = 15
"""Enough that requests do not collide by chance."""


def fingerprint(request: bytes, form: int = 0) -> bytes:
    """Return the sixteen bytes of a request, and of the form (0..255) of its response."""
    digest = hashlib.blake2b(request, digest_size=DIGEST_BYTES + 1).digest()
    return digest[:DIGEST_BYTES] + bytes((form,))


def is_same_request(one: bytes, other: bytes) -> bool:
    """Tell whether two fingerprints are of the same request, whatever form each asked for."""
    return one[:DIGEST_BYTES] == other[:DIGEST_BYTES]


def form_of(fingerprint: bytes) -> int:
    """Return the form of the response; 0 where there is none."""
    return fingerprint[DIGEST_BYTES] if len(fingerprint) > DIGEST_BYTES else 0
