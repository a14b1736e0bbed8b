"""The id that a response, its log lines and the client's own log share."""

import os
import re
from typing import Final

_ACCEPTED: Final = re.compile(rb"[A-Za-z0-9._:-]{1,100}")


def request_id_of(sent: bytes) -> bytes:
    """Return the client's X-Request-ID if it is fit to be logged, else a new one."""
    return sent if _ACCEPTED.fullmatch(sent) else os.urandom(8).hex().encode()
