"""`gotovo case`: what is left to a person, and its decision, where no page can be reached.

The rules are those of the API. Whoever types the command decides as the network's office.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
import typer

from gotovo.assembly.cases.case_jobs import case_decisions
from gotovo.assembly.runtime import open_runtime
from gotovo.cases.case import Case, CaseRefusal, CaseRefusalCode
from gotovo.cases.case_kinds import CaseDecision, CaseKind
from gotovo.cases.proofs import Proof
from gotovo.casework.decisions import DecisionRequest
from gotovo.cli.context import author, database, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.options import JsonOption, text_in_one_form
from gotovo.config import Settings
from gotovo.order.refusals import Refusal
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.number import parse
from gotovo.order.values.payments.refund import RefundRoute
from gotovo.order.values.settlement.currency import plain_amount
from gotovo.store.tables.cases.cases import LATEST_RESOLVED, LONGEST_DUE, CaseFilter, CaseStore
from gotovo.store.tables.network.directory import Directory
from gotovo.words.cases.case_labels import kind_label, proof_label, resolution_label
from gotovo.words.problem_text import problem_detail
from gotovo.words.refusals import refusal_detail
from gotovo.words.request_errors import REQUEST_ERRORS, RequestErrorCode

LIST_MAX = 200
"""Cases that are listed at once: more than a night brings, and still to be read."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List what is left to a person, and decide it.",
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of the case.")]


@app.command("list")
def list_cases(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only overdue ones.")] = False,
    resolved: Annotated[bool, typer.Option("--resolved", help="Resolved ones instead.")] = False,
    kind: Annotated[CaseKind | None, typer.Option(help="Only those of a kind.")] = None,
    order: Annotated[str, typer.Option(help="Only those of the order with this number.")] = "",
    json: JsonOption = False,
) -> None:
    """List open cases, what is due first before the others; at most 200.

    Exit status 1 when one of them is overdue.
    """
    if overdue and resolved:
        message = "--resolved: nothing resolved is overdue; expected one of the two"
        raise WrongUsage(message)
    now = datetime.now(UTC)
    number = parse(order) if order else None
    if order and number is None:
        message = f"--order: {order!r}: expected an order number"
        raise WrongUsage(message)
    only = CaseFilter(due_by=now if overdue else None, kind=kind, number=number)

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[Case]:
        store = CaseStore(pool)
        if resolved:
            return await store.resolved_cases(LATEST_RESOLVED, LIST_MAX, only)
        return await store.open_cases(LONGEST_DUE, LIST_MAX, only)

    found = with_directory(settings(), read)
    if json:
        print_json(list(found))
    else:
        for each in found:
            print_line(_line(each, now))
        if not found:
            print_line("There are none.")
    sys.exit(PROBLEM if any(each.is_overdue(now) for each in found) else 0)


@app.command("show")
def show(id_: IdArgument, json: JsonOption = False) -> None:
    """Show a case: what is known of it, who is on it, and what was decided."""
    case = _id(id_)

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> tuple[Case | None, str]:
        store = CaseStore(pool)
        return await store.find(case), await store.note_of(case)

    found, note = with_directory(settings(), read)
    if found is None:
        raise WrongUsage(f"ID: {id_!r}: expected the id of a case")
    if json:
        print_json(msgspec.to_builtins(found) | {"note": note})
        return
    print_line(_line(found, datetime.now(UTC)))
    for name, proof in found.proofs.items():
        print_line(f"    {proof_label(name, 'en')}: {_shown(proof)}")
    if found.owner:
        print_line(f"    On it since {found.owned_at:%Y-%m-%d %H:%M} UTC: {found.owner}")
    if found.resolution:
        told = resolution_label(found.resolution, "en")
        print_line(f"    {told} by {found.resolved_by}, {found.resolved_at:%Y-%m-%d %H:%M} UTC")
    if note:
        print_line(f"    Note: {note}")


@app.command("resolve")
def resolve(
    id_: IdArgument,
    decision: Annotated[CaseDecision, typer.Argument(help="What is decided.")],
    number: Annotated[
        str,
        typer.Option(help="With assign_to_order: the order.", callback=text_in_one_form),
    ] = "",
    route: Annotated[
        str,
        typer.Option(
            help=f"With reroute_refund, one of: {', '.join(RefundRoute)}.",
            callback=text_in_one_form,
        ),
    ] = "",
    note: Annotated[str, typer.Option(help="Why; deleted with the order's contact.")] = "",
    json: JsonOption = False,
) -> None:
    """Decide a case, and do what was decided; repeated, it changes nothing.

    Exit status 1 when it can't be done: the case stays open.
    """
    case = _id(id_)
    if decision is CaseDecision.ASSIGN_TO_ORDER and parse(number) is None:
        raise WrongUsage(f"--number: {number!r}: expected the number of an order")
    wanted = DecisionRequest(
        decision=decision,
        by=f"{Role.ADMIN}:{author().actor.replace(':', '-')}",
        number=number,
        route=route,
        note=note,
    )
    chosen = settings()
    with database(chosen) as url:
        decided = asyncio.run(_decide(chosen, url, case, wanted))
    if isinstance(decided, CaseRefusal) and decided.code is CaseRefusalCode.UNKNOWN_CASE:
        raise WrongUsage(f"ID: {id_!r}: expected the id of a case")
    if not isinstance(decided, Case):
        print_line(_refusal_sentence(decided))
        sys.exit(PROBLEM)
    if json:
        print_json(decided)
    else:
        print_line(_line(decided, datetime.now(UTC)))


async def _decide(
    chosen: Settings, url: str, case: UUID, wanted: DecisionRequest
) -> Case | CaseRefusal | Refusal:
    async with open_runtime(chosen, url) as runtime:
        return await case_decisions(runtime).decide(case, wanted)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise WrongUsage(f"ID: {text!r}: expected the id of a case") from error


def _line(case: Case, now: datetime) -> str:
    """Return a case as one line, with its id to be copied."""
    if case.resolution:
        state = resolution_label(case.resolution, "en")
    elif case.order is not None:
        state = f"being done: {case.order.decision}"
    else:
        late = "overdue since" if case.is_overdue(now) else "due"
        state = f"{late} {case.due_at:%Y-%m-%d %H:%M} UTC"
    order = f", order {case.number}" if case.number else ""
    return f"{case.id}  {kind_label(case.kind, 'en')} ({case.subject}{order}): {state}"


def _shown(proof: Proof) -> str:
    if isinstance(proof, Money):
        return f"{plain_amount(proof.amount, proof.currency)} {proof.currency}"
    return f"{proof:%Y-%m-%d %H:%M:%S} UTC" if isinstance(proof, datetime) else proof


def _refusal_sentence(refusal: CaseRefusal | Refusal) -> str:
    if isinstance(refusal, Refusal):
        return f"{refusal.code}: {refusal_detail(refusal, 'en')}"
    text = REQUEST_ERRORS[RequestErrorCode(refusal.code.value)]
    said = problem_detail(text, "en", refusal.expected)
    if refusal.code is CaseRefusalCode.DECISION_FIELD:
        return f"{refusal.code}: --{refusal.field}: {refusal.value!r}: {said}"
    return f"{refusal.code}: {said}"
