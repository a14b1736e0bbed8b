"""Writes the generated pages of the reference: `python docs/make_reference.py`.

Refusals, events and steps are read from the code, so the pages can't tell another story; a test
compares the files with what this makes.
"""  # noqa: INP001  (a script beside its pages, no package)

from collections.abc import Iterable
from datetime import timedelta
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from msgspec import Struct, structs
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from gotovo.api.dispatch.endpoint import KEY_ROLES
from gotovo.api.dispatch.problems import STATUS_OF
from gotovo.api.resources.orders import PLACE_PROBLEMS
from gotovo.api.resources.steps import ORDINARY, PARTICULAR
from gotovo.api.schemas.step_bodies import STEP_ROWS, WITH_WORDS
from gotovo.bench.run.groups import GROUPS, budgets_of
from gotovo.bench.run.measure import Budget
from gotovo.cli.main import COMMANDS, load_command
from gotovo.config import Settings
from gotovo.notices.rules import RULES as NOTICES
from gotovo.order.lifecycle import TABLE, Row
from gotovo.order.refusals import Code
from gotovo.order.replay import EVENTS, TYPE_OF
from gotovo.order.values.order import Stage
from gotovo.store.retention.other_places import ELSEWHERE
from gotovo.store.retention.rule import RetentionRule
from gotovo.store.retention.rules import PSEUDONYMS, RULES
from gotovo.words.problem_text import ProblemText, problem_detail
from gotovo.words.refusals import REFUSALS
from gotovo.words.request_errors import REQUEST_ERRORS
from gotovo.words.steps import step_label

FOLDER = Path(__file__).parent / "reference"
_MADE = (
    "<!-- Made by docs/make_reference.py from the code; change the code, then make it again. -->\n"
)

_ABOUT_EVENTS = """\
An event says what happened and is never changed. Every one also has `number`, `version`, `at`
(when it happened), `recorded_at`, `actor` (`role:id`), `command_id` and `hash`; the fields below
are its body."""
_ABOUT_STEPS = """\
A step is a row of the lifecycle table. Those with an address are taken with
`POST /api/v1/orders/{number}/<step>` or in a list of `POST /api/v1/commands`; the body may also
say `at`, when it happened."""

_ABOUT_MESSAGES = """\
One event, one message to the buyer. Of a trusted person no phone is known, and shops follow the
same events by webhooks and by the feed. The channels are tried in this order, each for the given
time while it can't be reached; one that refuses is given up at once, and one that gives receipts
when none has come in time. What waits is not sent in the quiet hours of the point, with a courier
of the warehouse. What is held is told together with what else becomes due for the same buyer at the
same point within [`message_hold_seconds`](settings.md). A payment is `part_paid`, or
`payment_checked` where a person has to look into it. `late` is told once for each promise.

A message that says nothing true any more when its time comes is left out: a reminder of a deadline
that has moved or passed, a departure of a courier who has been there. Nobody is told what they
asked for: another place, another day because of it, a longer storage. The order's page shows every
message, and what became of it. Of the account it is told that it was opened on another device, and
the phone that opened it before hears that another one does now; the page of devices shows that.

The storage begins when the message `ready` has arrived
([how](../concepts/order.md#messages-and-storage)). A deadline that moved for that reason is not
announced; where no message could be delivered, `ready` is sent once more.

A buyer may switch some kinds off, channel by channel, on the page `/notifications`
([guide](../guides/notifications.md)). What the hand-over needs, and whether the order goes on at
all, is always told.

What messages say: [Texts](texts.md)."""
_MESSAGE_COLUMNS = (
    "purpose",
    "events",
    "urgency",
    "channels",
    "each for",
    "receipt within",
    "waits",
    "is held",
    "kind",
    "can be switched off",
)
_MESSAGE_HEAD = (f"| {' | '.join(_MESSAGE_COLUMNS)} |", f"|{'---|' * len(_MESSAGE_COLUMNS)}")
_ABOUT_COMMANDS = """\
`--help` behind a command shows the same. Commands that open the database use the
[settings](settings.md) of the installation. Exit status: 0 success, 1 a problem was found, 2 wrong
usage. Status messages go to stderr, reports to stdout."""
_GROUPS_HEAD = "| group | measures | by default | takes about | `--quick` |"
_ABOUT_BENCH = """\
`gotovo bench [GROUP]…` measures this machine and this program on it. All measures take turns within
one run, each once per round, because the speed of a machine drifts. A ratio is the median of the
ratios of the rounds, with its spread beside it. Databases, servers and load generators are started
for the run, each in its own process, and removed afterwards. The exit status is 1 when a response
was not the expected one; a missed budget is reported and does not change it.

`gotovo fill --orders N` fills an empty database with orders, so that you can measure a large one
([guide](../guides/fill-a-database.md))."""

_ABOUT_RETENTION = """\
Everything that is stored about people, how long, and what happens then. A job of the background
work applies these rules every minute, in batches that rest as long as they took; it goes through
all closed orders once a day. `gotovo retention status` shows what it did, `gotovo retention run`
does everything that is due at once, and `--dry-run` only counts it. Times are in days; those with a
name are [settings](settings.md). A new column of the database is either in this table or listed as
holding no person: the tests compare both with the schema.

Nothing is removed that somebody still needs: an open order, goods on their way back, a refund that
is not paid, a dispute or a payment that a person looks into, a return within its period, a question
without an answer. The time counts from the end of all of these. A buyer can be erased earlier, on
the page "My data" or by a program with the step `contact-erasure`."""
_ABOUT_CONTACT_DAYS = """\
Three years are the limitation period within which a buyer can still claim something because of an
order (article 196 of the Russian Civil Code). Accounts need no contact: lines, sums, payments and
refunds stay in the order and in its history."""


def pages() -> dict[str, str]:
    """Return the text of each generated page by its file's name."""
    return {
        "refusals.md": refusals_page(),
        "events.md": events_page(),
        "steps.md": steps_page(),
        "bench.md": bench_page(),
        "commands.md": commands_page(),
        "messages.md": messages_page(),
        "retention.md": retention_page(),
    }


def refusals_page() -> str:
    """Return every code that a problem can have, with its status and its sentences."""
    return _page(
        "Refusals",
        "A refusal says why a command changed nothing. The first eleven are the desk's, in order\n"
        "of precedence: of several reasons the clerk hears the first. The list is closed; over\n"
        "HTTP the code ends the problem's `type`.",
        _codes_table(REFUSALS.items()),
        "## Faults of a request",
        "These never became a command.",
        _codes_table(REQUEST_ERRORS.items()),
    )


def events_page() -> str:
    """Return every event with its fields."""
    parts = [_ABOUT_EVENTS]
    for event in EVENTS:
        parts += [f"## {TYPE_OF[event]}", _said(event), _fields_table(event)]
    return _page("Events", *parts)


def steps_page() -> str:
    """Return every step of the lifecycle with who may take it and what it can be refused for."""
    ordinary = ", ".join(f"`{code}`" for code in ORDINARY)
    parts = [_ABOUT_STEPS, f"Any step can be refused with\n{ordinary};\nmore is said below."]
    for row in TABLE:
        parts += _step(row)
    return _page("Steps", *parts)


def bench_page() -> str:
    """Return the page about `gotovo bench`: its options, its groups and their budgets."""
    lengths = [
        f"| `{g.name}` | {g.caption} | {'yes' if g.by_default else 'no'} "
        f"| {g.seconds:g} s | {g.seconds_quick:g} s |"
        for g in GROUPS
    ]
    budgets = [
        f"| {budget.caption} | `{budget.measure}` | {_bound(budget)} |"
        for group in GROUPS
        for budget in budgets_of(group)
    ]
    return _page(
        "gotovo bench",
        _ABOUT_BENCH,
        "## Options",
        _options_table(load_command("bench")),
        "## Groups",
        "\n".join((_GROUPS_HEAD, "|---|---|---|---|---|", *lengths)),
        "## Budgets",
        "\n".join(("| what | measure | has to be |", "|---|---|---|", *budgets)),
    )


def commands_page() -> str:
    """Return every command of the program with its arguments and options."""
    parts: list[str] = []
    for name in COMMANDS:
        command = load_command(name)
        nested: dict[str, Any] = {"": command}
        if isinstance(command, TyperGroup):
            nested = {**(nested if command.invoke_without_command else {}), **command.commands}
        for each, leaf in nested.items():
            parts += _command(f"{name} {each}".strip(), leaf)
    return _page("Commands", _ABOUT_COMMANDS, *parts)


def messages_page() -> str:
    """Return which events are told to the buyer, and how."""
    rows = [
        f"| `{purpose}` | {', '.join(f'`{event}`' for event in rule.events) or 'the account'} "
        f"| {rule.urgency} | {', '.join(rule.channels)} | {_span(rule.patience)} "
        f"| {_span(rule.arrives_within)} "
        f"| {'yes' if rule.waits else 'no'} | {'yes' if rule.is_held else 'no'} "
        f"| `{rule.kind}` | {'yes' if rule.kind.may_be_off else 'no'} |"
        for purpose, rule in NOTICES.items()
    ]
    return _page("Messages", _ABOUT_MESSAGES, "\n".join([*_MESSAGE_HEAD, *rows]))


def _span(span: timedelta) -> str:
    """Return `30 s`, `10 min` or `3 h`."""
    seconds = int(span.total_seconds())
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def retention_page() -> str:
    """Return what is stored about people, for how long, and what happens then."""
    lines = ["| what | columns | days | counted from | then |", "|---|---|---|---|---|"]
    lines += [
        f"| {rule.holds} | {_columns(rule.columns)} | {_days(rule)} | {rule.counted_from} "
        f"| {rule.then} |"
        for rule in RULES
    ]
    stays = ["| column | why it leads to nobody |", "|---|---|"]
    stays += [f"| `{column}` | {why} |" for column, why in PSEUDONYMS.items()]
    others = ["| what | where | how long | then |", "|---|---|---|---|"]
    others += [f"| {x.holds} | {x.where} | {x.time} | {x.then} |" for x in ELSEWHERE]
    return _page(
        "Retention",
        _ABOUT_RETENTION,
        "\n".join(lines),
        _ABOUT_CONTACT_DAYS,
        "## What stays",
        "Money and history stay. What they say about people are pseudonyms.",
        "\n".join(stays),
        "## Out of the job's reach",
        "\n".join(others),
    )


def _columns(columns: Iterable[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


def _days(rule: RetentionRule) -> str:
    if not rule.setting:
        return str(rule.days)
    field = next(x for x in structs.fields(Settings) if x.name == rule.setting)
    return f"`{rule.setting}`: {field.default}"


def _command(name: str, command: TyperCommand) -> Iterable[str]:
    arguments = "".join(
        f" {_metavar(param)}" for param in command.params if isinstance(param, TyperArgument)
    )
    yield f"## gotovo {name}"
    yield f"`gotovo {name}{arguments}`"
    yield cleandoc(command.help or "")
    if any(isinstance(param, TyperOption) for param in command.params):
        yield _options_table(command)


def _metavar(argument: TyperArgument) -> str:
    return argument.metavar or (argument.name or "").upper()


def _options_table(command: TyperCommand) -> str:
    lines = [
        f"| `{option.opts[0]}` | {option.help} |"
        for option in command.params
        if isinstance(option, TyperOption)
    ]
    return "\n".join(("| option | |", "|---|---|", *lines))


def _bound(budget: Budget) -> str:
    """Return a budget like `at least 8 × limits.tx`."""
    least = budget.least is not None
    bound = f"at least {budget.least:g}" if least else f"at most {budget.most:g}"
    times = f" × `{budget.against}`" if budget.against else ""
    return f"`{budget.of}` {bound}{times}" if budget.of else f"{bound}{times}"


def _step(row: Row) -> Iterable[str]:
    address = f"`POST /api/v1/orders/{{number}}/{row.step}`"
    if row.step == "placement":
        address = "`POST /api/v1/orders`"
    elif row.step not in STEP_ROWS and row.step not in WITH_WORDS:
        address = "none: people take it on their pages, or a timer does"
    facts = [
        ("Address", address),
        ("Russian", step_label(row.step, "ru")),
        ("Taken from", _stages(row.taken_from) or "nothing: it makes the order"),
        ("Leads to", _stages(row.leads_to) or "the same stage"),
        ("Who", ", ".join(sorted(row.who))),
        ("Keys", ", ".join(sorted(row.who & KEY_ROLES)) or "none"),
        ("Falls due", "yes" if row.falls_due else "no"),
        ("Further refusals", ", ".join(f"`{code}`" for code in _refusals(row)) or "none"),
    ]
    table = "\n".join(["| | |", "|---|---|", *(f"| {name} | {said} |" for name, said in facts)])
    heading = f"## {row.step}"
    return (heading, _said(row.command), table, _fields_table(row.command))


def _refusals(row: Row) -> Iterable[Code]:
    return PLACE_PROBLEMS if row.step == "placement" else PARTICULAR.get(row.step, ())


def _codes_table(rows: Iterable[tuple[str, ProblemText]]) -> str:
    lines = ["| code | HTTP | English | Russian |", "|---|---|---|---|"]
    lines += [
        f"| `{code}` | {STATUS_OF[code].value} "
        f"| {problem_detail(text, 'en')} | {problem_detail(text, 'ru')} |"
        for code, text in rows
    ]
    return "\n".join(lines)


def _fields_table(struct: type[Struct]) -> str:
    fields = structs.fields(struct)
    if not fields:
        return "No fields of its own."
    lines = ["| field | type | |", "|---|---|---|"]
    lines += [
        f"| `{f.encode_name}` | {_type(f.type)} | {'required' if f.required else 'optional'} |"
        for f in fields
    ]
    return "\n".join(lines)


def _type(hint: Any) -> str:
    """Return a type in words."""
    if get_origin(hint) is tuple:
        return f"list of {_type(get_args(hint)[0])}"
    if isinstance(hint, UnionType) or get_origin(hint) is Union:
        kinds = [_type(each) for each in get_args(hint) if each is not NoneType]
        return " or ".join(kinds)
    return f"`{hint.__name__}`"


def _stages(stages: Iterable[Stage]) -> str:
    known = list(Stage)
    return ", ".join(f"`{stage}`" for stage in sorted(stages, key=known.index))


def _said(thing: type) -> str:
    lines = [line.strip() for line in (thing.__doc__ or "").strip().splitlines()]
    return "\n".join(lines)


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((_MADE + f"\n# {title}", *parts)) + "\n"


if __name__ == "__main__":
    for name, text in pages().items():
        FOLDER.joinpath(name).write_text(text, "utf-8")
