"""`gotovo user`: people who work here, what they may act as, and where they are signed in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import typer
from msgspec import structs

from gotovo.access.staff import invitations
from gotovo.access.staff.invitations import InvitationKind, Invited
from gotovo.access.staff.staff_access import LOGIN_LENGTH_MAX, NAME_LENGTH_MAX, login_of
from gotovo.api.resources.staff.staff_view import StaffView, grant_view, staff_view
from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption, text_in_one_form
from gotovo.cli.users.office import ROLES, GrantOptions, Office, in_office
from gotovo.cli.users.report import people_lines, person_page, session_lines
from gotovo.config import Settings
from gotovo.order.values.actor import DEFAULT_SHOP_NAME
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.staff.people import NewPerson, StaffPerson, staff_subject
from gotovo.value import Value

LISTED_MAX = 10_000
_LANGUAGES = ("ru", "en")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Invite, list and suspend staff; say what each may act as.",
)

LoginArgument = Annotated[
    str, typer.Argument(help="The person's login, or their id.", callback=text_in_one_form)
]
RoleOption = Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")]
PointOption = Annotated[
    str,
    typer.Option(
        help="With role point: the only one they work at; any by default.",
        callback=text_in_one_form,
    ),
]
WarehouseOption = Annotated[
    str,
    typer.Option(
        help="With role warehouse: the only one they serve; all by default.",
        callback=text_in_one_form,
    ),
]
ShopOption = Annotated[
    str,
    typer.Option(
        help="With role support or admin: the only shop whose orders they see; "
        f"{DEFAULT_SHOP_NAME} is the one without a code.",
        callback=text_in_one_form,
    ),
]
PhoneOption = Annotated[
    str,
    typer.Option(
        help="Their own phone, so that they hand nothing over to themselves; only who they are as "
        "a buyer is stored.",
        callback=text_in_one_form,
    ),
]


class SessionReport(Value, frozen=True):
    """A session as the report shows it."""

    method: str
    role: str | None
    point: str | None
    browser: str
    system: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


@app.command("list")
def list_people(json: JsonOption = False) -> None:
    """List everybody by name, with what they may act as."""

    async def read(office: Office) -> None:
        access, now = office.access, office.now
        people = await access.people.page("", UUID(int=0), None, LISTED_MAX)
        ids = [each.id for each in people]
        grants = await access.people.grants_of(ids)
        invited = await access.credentials.invitations_of(ids)
        if json:
            print_json(
                [
                    staff_view(
                        each, [x for x in grants if x.person == each.id], invited.get(each.id)
                    )
                    for each in people
                ]
            )
            return
        for line in people_lines(people, grants, invited, now):
            print_line(line)

    in_office(settings(), read)


@app.command("invite")
def invite(
    login: Annotated[
        str, typer.Argument(help="What they sign in as; lower case.", callback=text_in_one_form)
    ],
    name: Annotated[
        str,
        typer.Option(help="As colleagues and the history name them.", callback=text_in_one_form),
    ],
    role: RoleOption,
    point: PointOption = "",
    warehouse: WarehouseOption = "",
    shop: ShopOption = "",
    phone: PhoneOption = "",
    language: Annotated[str, typer.Option(help="ru or en; as their browser by default.")] = "",
    json: JsonOption = False,
) -> None:
    """Invite somebody and print the link with which they choose how to sign in, once.

    This makes the first administrator, too: nobody needs to be signed in for it.
    """
    chosen, wanted = settings(), GrantOptions(role, point, warehouse, shop)
    _check(login, name, language)

    async def write(office: Office) -> tuple[StaffView, Invited]:
        access, now = office.access, office.now
        grant = await office.grant(wanted)
        own = await office.own_customer(phone)
        new = NewPerson(uuid4(), login_of(login), name, language or None, own)
        invited = await invitations.invite(access, new, [grant], now, author())
        if invited is None:
            message = f"LOGIN: {login!r}: somebody has it; `gotovo user grant` adds to what they do"
            raise WrongUsage(message)
        return await _view(office, await office.person(new.login), chosen, invited), invited

    view, invited = in_office(chosen, write)
    _print_link(chosen, view, invited, json=json)


@app.command("show")
def show(login: LoginArgument, json: JsonOption = False) -> None:
    """Show a person: how they sign in, their grants and their sessions."""
    chosen = settings()

    async def read(office: Office) -> None:
        access, now = office.access, office.now
        person = await office.person(login)
        if json:
            print_json(await _view(office, person, chosen))
            return
        grants = await access.people.grants_of([person.id])
        invited = (await access.credentials.invitations_of([person.id])).get(person.id)
        sessions = await access.sessions.store.of_person(person.id, now)
        for line in person_page(person, grants, invited, sessions, now):
            print_line(line)

    in_office(chosen, read)


@app.command("change")
def change(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="Another name.", callback=text_in_one_form)] = "",
    new_login: Annotated[str, typer.Option(help="Another login.", callback=text_in_one_form)] = "",
    phone: PhoneOption = "",
    language: Annotated[str, typer.Option(help="ru or en.")] = "",
    json: JsonOption = False,
) -> None:
    """Change a name, a login, the own phone or the language; what is not given stays."""
    chosen = settings()
    _check(new_login or "any", name or "any", language)

    async def write(office: Office) -> StaffView:
        person = await office.person(login)
        own = await office.own_customer(phone)
        changed = structs.replace(
            person,
            name=name or person.name,
            login=login_of(new_login) or person.login,
            own_customer=own or person.own_customer,
            locale=language or person.locale,
        )
        if not await office.access.people.change(changed, office.now, author()):
            message = f"--new-login: {new_login!r}: somebody has it"
            raise WrongUsage(message)
        return await _view(office, await office.person(str(person.id)), chosen)

    view = in_office(chosen, write)
    if json:
        print_json(view)
        return
    print_line(f"Changed {view.login}.")


@app.command("grant")
def grant(
    login: LoginArgument,
    role: RoleOption,
    point: PointOption = "",
    warehouse: WarehouseOption = "",
    shop: ShopOption = "",
    json: JsonOption = False,
) -> None:
    """Let a person act as something more."""
    wanted = GrantOptions(role, point, warehouse, shop)

    async def write(office: Office) -> None:
        person, new = await office.person(login), await office.grant(wanted)
        is_new = await office.access.people.grant(person.id, new, office.now, author())
        grants = await office.access.people.grants_of([person.id])
        if json:
            print_json([grant_view(each) for each in grants])
            return
        print_line(f"Granted: {new.id}." if is_new else "They may act as this already.")

    in_office(settings(), write)


@app.command("revoke")
def revoke(
    login: LoginArgument,
    grant: Annotated[
        str,
        typer.Argument(
            help="The grant's id, as `gotovo user show` prints it; `invitation` for an open link.",
            callback=text_in_one_form,
        ),
    ],
) -> None:
    """Take a grant back, or an invitation; sessions that act with the grant end."""

    async def write(office: Office) -> bool:
        person, people = await office.person(login), office.access.people
        if grant == "invitation":
            return await people.revoke_invitation(person.id, office.now, author())
        try:
            return await people.revoke(person.id, UUID(grant), office.now, author())
        except ValueError:
            return False

    if not in_office(settings(), write):
        message = f"GRANT: {grant!r}: {login} has no such grant; `gotovo user show` lists them"
        raise WrongUsage(message)
    print_line(f"Revoked {grant}.")


@app.command("suspend")
def suspend(login: LoginArgument) -> None:
    """Let a person in nowhere; every session ends within seconds."""

    async def write(office: Office) -> bool:
        person = await office.person(login)
        return await office.access.people.suspend(person.id, office.now, author())

    is_new = in_office(settings(), write)
    print_line(f"Suspended {login}." if is_new else f"{login} was suspended already.")


@app.command("restore")
def restore(login: LoginArgument) -> None:
    """Let a suspended person in again."""

    async def write(office: Office) -> bool:
        person = await office.person(login)
        return await office.access.people.restore(person.id, office.now, author())

    is_new = in_office(settings(), write)
    print_line(f"Restored {login}." if is_new else f"{login} is not suspended.")


@app.command("reset")
def reset(login: LoginArgument, json: JsonOption = False) -> None:
    """Delete what signs a person in, end their sessions, and print another link for them."""
    chosen = settings()

    async def write(office: Office) -> tuple[StaffView, Invited]:
        person = await office.person(login)
        if person.suspended_at is not None:
            message = f"LOGIN: {login!r} is suspended; `gotovo user restore` comes first"
            raise WrongUsage(message)
        invited = await invitations.invite_again(
            office.access, person.id, InvitationKind.RESET, office.now, author()
        )
        assert invited is not None, person.id
        person = await office.person(str(person.id))
        return await _view(office, person, chosen, invited), invited

    view, invited = in_office(chosen, write)
    _print_link(chosen, view, invited, json=json)


@app.command("sessions")
def sessions(
    login: LoginArgument,
    end: Annotated[bool, typer.Option("--end", help="End all of them.")] = False,
    json: JsonOption = False,
) -> None:
    """List where a person is signed in, or sign them out everywhere."""

    async def work(office: Office) -> None:
        person, store = await office.person(login), office.access.sessions.store
        if end:
            ended = await store.end_all_of(person.id)
            entry = SecurityEntry(
                kind=SecurityKind.SESSION_ENDED,
                at=office.now,
                by=author(),
                subject=staff_subject(person.id),
                outcome="office",
                details=EntryDetails(rows=ended),
            )
            await office.access.security_log.record_now(entry)
            _report({"ended": ended}, f"Sessions that were ended: {ended}.", json=json)
            return
        found = await store.of_person(person.id, office.now)
        if json:
            names = SessionReport.__struct_fields__
            print_json([SessionReport(*(getattr(x, name) for name in names)) for x in found])
            return
        for line in session_lines(found):
            print_line(line)

    in_office(settings(), work)


def _check(login: str, name: str, language: str) -> None:
    if not login_of(login):
        message = f"LOGIN: {login!r}: expected a word of 1..{LOGIN_LENGTH_MAX} characters"
        raise WrongUsage(message)
    if not 1 <= len(name) <= NAME_LENGTH_MAX:
        message = f"--name: {name!r}: expected 1..{NAME_LENGTH_MAX} characters"
        raise WrongUsage(message)
    if language and language not in _LANGUAGES:
        message = f"--language: {language!r}: expected one of {', '.join(_LANGUAGES)}"
        raise WrongUsage(message)


async def _view(
    office: Office, person: StaffPerson, chosen: Settings, invited: Invited | None = None
) -> StaffView:
    grants = await office.access.people.grants_of([person.id])
    pending = (await office.access.credentials.invitations_of([person.id])).get(person.id)
    url = None if invited is None else invited.url(_site(chosen))
    return staff_view(person, grants, pending, url)


def _print_link(chosen: Settings, view: StaffView, invited: Invited, *, json: bool) -> None:
    if json:
        print_json(view)
        return
    print_line(invited.url(_site(chosen)))
    print_line(f"For {view.name}, once, until {invited.expires_at:%Y-%m-%d %H:%M} UTC.")


def _site(chosen: Settings) -> str:
    return chosen.public_url or f"http://{chosen.listen}"


def _report(document: object, line: str, *, json: bool) -> None:
    if json:
        print_json(document)
    else:
        print_line(line)
