"""`gotovo webhooks`: add, list, show, change, roll and remove webhooks; messages, and listening."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import uuid4

import msgspec
import typer
from msgspec import structs

from gotovo.access.emails import parse_email
from gotovo.api.resources.webhooks.webhook_view import (
    delivery_view,
    new_webhook_view,
    webhook_view,
)
from gotovo.cli.context import author, print_json, print_line, print_status, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption, text_in_one_form
from gotovo.cli.webhooks.listening import WouldCome, listen
from gotovo.cli.webhooks.opened import OpenedWebhooks, with_webhooks
from gotovo.cli.webhooks.webhook_report import delivery_lines, webhook_lines, webhook_page
from gotovo.config import Settings
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME
from gotovo.store.tables.webhooks.deliveries import Delivery, WebhookDeliveryState
from gotovo.store.tables.webhooks.webhooks import StoredWebhook
from gotovo.webhooks.registration import (
    OVERLAP_HOURS,
    OVERLAP_HOURS_MAX,
    TITLE_CHARACTERS_MAX,
    TYPES,
    WEBHOOKS_MAX,
    TooManyWebhooks,
    WebhookTerms,
    change_webhook,
    create_webhook,
    roll_webhook,
    switched,
    types_in_order,
    unknown_type,
)
from gotovo.webhooks.targets import UnfitUrl, checked_url
from gotovo.webhooks.webhook_secrets import new_secret

LISTED_MAX = 10_000
ALL_TYPES = "all"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Add, change, roll and remove webhooks; see what became of messages.",
)

WebhookArgument = Annotated[
    str,
    typer.Argument(
        help="The webhook's id, as `gotovo webhooks list` shows it.", callback=text_in_one_form
    ),
]
ShopOption = Annotated[
    str,
    typer.Option(
        help=f"The shop whose events are sent; {DEFAULT_SHOP_NAME} is the one without a code.",
        callback=text_in_one_form,
    ),
]
TypesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--type",
        help=f"Send events of this type alone, like order.placed; repeatable. `{ALL_TYPES}`: all.",
    ),
]
TitleOption = Annotated[str | None, typer.Option(help="What it is for.")]
OwnerOption = Annotated[
    str | None,
    typer.Option("--owner", help="E-mail address that is written to when it is switched off."),
]


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where to send events, https://….")],
    shop: ShopOption = DEFAULT_SHOP_NAME,
    type_: TypesOption = None,
    title: TitleOption = None,
    owner: OwnerOption = None,
    json: JsonOption = False,
) -> None:
    """Add a webhook and print its secret, which can't be shown again."""
    chosen = settings()
    terms = WebhookTerms(
        _shop(shop), _url(chosen, url), _types(type_), _title(title), _owner(owner)
    )

    async def make(opened: OpenedWebhooks) -> tuple[StoredWebhook, str]:
        await _check_shop(opened, shop)
        now = datetime.now(UTC)
        try:
            return await create_webhook(opened.store, opened.keys, uuid4(), terms, now, author())
        except TooManyWebhooks as error:
            message = (
                f"--shop: {shop!r} has {WEBHOOKS_MAX} webhooks, as many as it may have; "
                "`gotovo webhooks remove WEBHOOK` makes room"
            )
            raise WrongUsage(message) from error

    webhook, secret = with_webhooks(chosen, make)
    if json:
        print_json(structs.replace(new_webhook_view(webhook), secret=secret))
        return
    print_status(f"Added {webhook.id}. Its secret:")
    print_line(secret)


@app.command("list")
def list_webhooks(json: JsonOption = False) -> None:
    """List all webhooks, newest first."""

    async def work(opened: OpenedWebhooks) -> Sequence[StoredWebhook]:
        return await opened.store.page(None, "", LISTED_MAX)

    found = with_webhooks(settings(), work)
    if json:
        print_json([webhook_view(each) for each in found])
        return
    for line in webhook_lines(found):
        print_line(line)


@app.command("show")
def show(webhook: WebhookArgument, json: JsonOption = False) -> None:
    """Show a webhook, without its secrets."""

    async def work(opened: OpenedWebhooks) -> StoredWebhook:
        return await _found(opened, webhook)

    _print(with_webhooks(settings(), work), json=json)


@app.command("change")
def change(
    webhook: WebhookArgument,
    url: Annotated[str, typer.Option(help="Where to send events instead, https://….")] = "",
    type_: TypesOption = None,
    title: TitleOption = None,
    owner: OwnerOption = None,
    on: Annotated[
        bool | None, typer.Option("--on/--off", help="Switch it on or off; on, it catches up.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Change a webhook, or switch it on or off; what is not given stays."""
    chosen = settings()

    async def work(opened: OpenedWebhooks) -> StoredWebhook:
        present, now = await _found(opened, webhook), datetime.now(UTC)
        changed = structs.replace(
            present,
            url=_url(chosen, url) if url else present.url,
            types=types_in_order(_types(type_)) if type_ else present.types,
            title=present.title if title is None else _title(title),
            owner_email=present.owner_email if owner is None else _owner(owner),
        )
        if on is not None:
            changed = switched(changed, now, is_on=on)
        if changed != present and not await change_webhook(
            opened.store, opened.deliveries, changed, now, author()
        ):
            message = f"WEBHOOK: {webhook!r} was changed meanwhile; try again"
            raise WrongUsage(message)
        return await _found(opened, webhook)

    _print(with_webhooks(chosen, work), json=json)


@app.command("roll")
def roll(
    webhook: WebhookArgument,
    overlap_hours: Annotated[
        int,
        typer.Option(
            min=0,
            max=OVERLAP_HOURS_MAX,
            help="For how many hours the earlier secrets sign beside the new one.",
        ),
    ] = OVERLAP_HOURS,
) -> None:
    """Give a webhook a new secret and print it."""

    async def work(opened: OpenedWebhooks) -> str:
        present, now = await _found(opened, webhook), datetime.now(UTC)
        overlap = timedelta(hours=overlap_hours)
        return await roll_webhook(opened.store, opened.keys, present, overlap, now, author())

    secret = with_webhooks(settings(), work)
    if not secret:
        message = f"WEBHOOK: {webhook!r} was changed meanwhile; try again"
        raise WrongUsage(message)
    print_line(secret)


@app.command("remove")
def remove(webhook: WebhookArgument) -> None:
    """Remove a webhook, and what it still had to send."""

    async def work(opened: OpenedWebhooks) -> bool:
        return await opened.store.delete(webhook, datetime.now(UTC), author())

    if not with_webhooks(settings(), work):
        raise _unknown(webhook)
    print_line(f"Removed {webhook}.")


@app.command("deliveries")
def deliveries(
    webhook: WebhookArgument,
    state: Annotated[
        str, typer.Option(help=f"Only those {', '.join(WebhookDeliveryState)}.", show_default=False)
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=LISTED_MAX, help="At most so many.")] = 50,
    json: JsonOption = False,
) -> None:
    """List what became of messages, newest event first."""
    if state and state not in {each.value for each in WebhookDeliveryState}:
        message = f"--state: {state!r} is not one of {', '.join(WebhookDeliveryState)}"
        raise WrongUsage(message)

    async def work(opened: OpenedWebhooks) -> Sequence[Delivery]:
        await _found(opened, webhook)
        return await opened.deliveries.page(webhook, state, "", limit)

    found = with_webhooks(settings(), work)
    if json:
        print_json([delivery_view(each) for each in found])
        return
    for line in delivery_lines(found):
        print_line(line)


@app.command("resend")
def resend(
    webhook: WebhookArgument,
    message: Annotated[str, typer.Argument(help="The message's id, which begins with evt_.")],
) -> None:
    """Let the running program send a message again."""

    async def work(opened: OpenedWebhooks) -> Delivery | None:
        await _found(opened, webhook)
        found = await opened.deliveries.resend(webhook, message, datetime.now(UTC))
        return found or await opened.deliveries.find(webhook, message)

    found = with_webhooks(settings(), work)
    if found is None:
        text = f"MESSAGE: {message!r} is unknown; `gotovo webhooks deliveries {webhook}` lists all"
        raise WrongUsage(text)
    if found.state == WebhookDeliveryState.BEHIND:
        print_line(f"{message} waits behind an earlier message of its order.")
        return
    print_line(f"{message} is sent again.")


@app.command("listen")
def listen_to(
    shop: ShopOption = DEFAULT_SHOP_NAME,
    type_: TypesOption = None,
    count: Annotated[
        int, typer.Option(min=0, help="End after so many messages; 0: with Ctrl-C.")
    ] = 0,
    json: JsonOption = False,
) -> None:
    """Print what a webhook would get from now on, signed with a secret made for this run."""
    chosen, types, secret = settings(), _types(type_) or (), new_secret()

    async def work(opened: OpenedWebhooks) -> None:
        await _check_shop(opened, shop)
        print_status(f"Listening; Ctrl-C ends it. Signed with {secret}")
        printed = 0
        async for each in listen(opened, _shop(shop), types, secret):
            _print_request(each, json=json)
            printed += 1
            if printed == count:
                return

    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        with_webhooks(chosen, work)


def _print_request(request: WouldCome, *, json: bool) -> None:
    if json:
        line = {"headers": request.headers, "body": msgspec.Raw(request.body)}
        print_line(msgspec.json.encode(line).decode())
        return
    for name, value in request.headers.items():
        print_line(f"{name}: {value}")
    print_line(f"\n{request.body.decode()}\n")


def _print(webhook: StoredWebhook, *, json: bool) -> None:
    if json:
        print_json(webhook_view(webhook))
        return
    for line in webhook_page(webhook):
        print_line(line)


async def _found(opened: OpenedWebhooks, webhook: str) -> StoredWebhook:
    found = await opened.store.find(webhook)
    if found is None:
        raise _unknown(webhook)
    return found


async def _check_shop(opened: OpenedWebhooks, shop: str) -> None:
    if not await opened.shops.is_known(_shop(shop)):
        message = f"--shop: {shop!r} is unknown; `gotovo shop list` lists all shops"
        raise WrongUsage(message)


def _shop(name: str) -> str:
    return DEFAULT_SHOP if name == DEFAULT_SHOP_NAME else name


def _url(chosen: Settings, text: str) -> str:
    try:
        return checked_url(text, is_http_allowed=bool(chosen.webhook_networks))
    except UnfitUrl as error:
        message = f"URL: {text!r}: expected {error.expected}"
        raise WrongUsage(message) from error


def _types(listed: Sequence[str] | None) -> Sequence[str] | None:
    if not listed or list(listed) == [ALL_TYPES]:
        return None
    unknown = unknown_type(listed)
    if unknown is not None:
        message = f"--type: {unknown!r} is no type of event; these are: {', '.join(TYPES)}"
        raise WrongUsage(message)
    return listed


def _owner(owner: str | None) -> str:
    email = parse_email(owner) if owner else ""
    if email is None:
        message = f"--owner: {owner!r}: Expected an e-mail address, like it@shop.example"
        raise WrongUsage(message)
    return email


def _title(text: str | None) -> str:
    if not text:
        return ""
    if len(text) > TITLE_CHARACTERS_MAX:
        message = f"--title: {len(text)} characters; at most {TITLE_CHARACTERS_MAX}"
        raise WrongUsage(message)
    return text_in_one_form(text)


def _unknown(webhook: str) -> WrongUsage:
    return WrongUsage(f"WEBHOOK: no webhook has the id {webhook!r}; see `gotovo webhooks list`")
