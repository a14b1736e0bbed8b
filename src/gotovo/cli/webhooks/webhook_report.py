"""Webhooks and their messages as the terminal shows them: a line each, or all of one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from gotovo.order.values.actor import DEFAULT_SHOP_NAME
from gotovo.store.tables.webhooks.deliveries import Delivery
from gotovo.store.tables.webhooks.webhooks import StoredWebhook

_NONE: Final = "-"


def webhook_lines(webhooks: Sequence[StoredWebhook]) -> Iterator[str]:
    """Return a heading and a line for each webhook."""
    yield f"{'ID':<19}  {'SHOP':<12}  {'STATE':<11}  {'TYPES':<5}  URL"
    for each in webhooks:
        types = "all" if each.types is None else str(len(each.types))
        shop = each.shop or DEFAULT_SHOP_NAME
        yield f"{each.id:<19}  {shop:<12}  {_state(each):<11}  {types:<5}  {each.url}"


def webhook_page(webhook: StoredWebhook) -> Iterator[str]:
    """Return everything about a webhook but its secrets, a line each."""
    ends = [_instant(end) for end in webhook.secret_ends if end is not None]
    secrets = str(len(webhook.secret_ends))
    rows = {
        "id": webhook.id,
        "shop": webhook.shop or DEFAULT_SHOP_NAME,
        "url": webhook.url,
        "title": webhook.title or _NONE,
        "owner": webhook.owner_email or _NONE,
        "types": "all" if webhook.types is None else ", ".join(webhook.types),
        "state": _state(webhook),
        "off since": _instant(webhook.off_at),
        "failing": _instant(webhook.failing_since),
        "secrets": f"{secrets}, until {', '.join(ends)} an earlier one" if ends else secrets,
        "created": f"{_instant(webhook.created_at)} by {webhook.created_by}",
        "changed": _instant(webhook.updated_at),
        "version": str(webhook.version),
    }
    for name, value in rows.items():
        yield f"{name:<10} {value}"


def delivery_lines(deliveries: Sequence[Delivery]) -> Iterator[str]:
    """Return a heading and a line for each message."""
    yield f"{'MESSAGE':<36}  {'STATE':<9}  {'TRIED':>5}  {'STATUS':<10}  {'NEXT (UTC)':<19}  TYPE"
    for each in deliveries:
        status = each.error if each.status is None and each.error else str(each.status or _NONE)
        next_at = f"{each.next_at:%Y-%m-%d %H:%M:%S}" if each.next_at else _NONE
        yield (
            f"{each.message:<36}  {each.state:<9}  {each.attempts:>5}  {status:<10}  {next_at:<19}"
            f"  {each.type}"
        )


def _state(webhook: StoredWebhook) -> str:
    return "on" if webhook.is_on else f"off:{webhook.off_reason}"


def _instant(at: datetime | None) -> str:
    return _NONE if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
