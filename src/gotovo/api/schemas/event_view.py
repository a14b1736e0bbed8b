"""An event as it is documented; `access/feed_events.py` writes its bytes."""

from datetime import datetime

import msgspec

from gotovo.value import Value


class EventView(Value, frozen=True, omit_defaults=True):
    """One event, as documented. `event` is its body byte for byte as it is hashed.

    `actor` is `role:id`. `text` are the words of the `text_digest` in it; where they were erased
    `text_erased` is true.
    """

    cursor: str
    number: str
    version: int
    type: str
    at: datetime
    recorded_at: datetime
    actor: str
    command_id: str
    customer: str
    hash: str
    event: msgspec.Raw
    text: str | None = None
    text_erased: bool = False
