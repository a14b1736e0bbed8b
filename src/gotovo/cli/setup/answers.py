"""What a person says about a new installation, in a file or when asked: a section a step."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
import typer
from msgspec import Meta, Struct, structs

from gotovo.cli.context import print_status
from gotovo.cli.exit_status import WrongUsage

S = TypeVar("S", bound=Struct)
T = TypeVar("T")

Text = Annotated[str, Meta(min_length=1, max_length=500)]


class SettingsAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """What is written to the settings file; what is empty is left out of it."""

    public_url: Annotated[str, Meta(description="Public address, like https://orders.example.ru")]
    listen: Annotated[str, Meta(description="Address to listen on")] = "127.0.0.1:8000"
    trusted_proxies: Annotated[str, Meta(description="Servers in front that speak https")] = (
        "127.0.0.1"
    )
    database_url: Annotated[
        str, Meta(description="PostgreSQL without a password; empty: the embedded one")
    ] = ""
    data_dir: Annotated[str, Meta(description="Folder of the data; empty: the usual one")] = ""
    smtp_host: Annotated[str, Meta(description="Mail server; empty: no e-mail")] = ""
    smtp_user: Annotated[str, Meta(description="Account there; empty: none is needed")] = ""
    smtp_password_file: Annotated[str, Meta(description="File with its password; empty: none")] = ""
    mail_from: Annotated[str, Meta(description="Sender, like Shop <orders@example.ru>")] = ""


class ShopAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """A shop, where there are several; with one shop nobody needs it."""

    code: Annotated[Text, Meta(description="Code of the shop, like books")]
    title: Annotated[Text, Meta(description="What people call it")]


class WarehouseAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """The first warehouse; it hands over to transport on the days it is open."""

    code: Annotated[Text, Meta(description="Code of the warehouse, like KZN")]
    title: Annotated[Text, Meta(description="What people call it")]
    time_zone: Annotated[Text, Meta(description="Time zone")] = "Europe/Moscow"
    hours: Annotated[Text, Meta(description="Hours of dispatch")] = "00:00-24:00"


class PointAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """The first pick-up point, served by the warehouse."""

    code: Annotated[Text, Meta(description="Code of the point, like KZN-1")]
    title: Annotated[Text, Meta(description="What people call it")]
    address: Annotated[Text, Meta(description="Address, the city first")]
    time_zone: Annotated[Text, Meta(description="Time zone")] = "Europe/Moscow"
    hours: Annotated[Text, Meta(description="Opening hours")] = "10:00-21:00"
    cut_off: Annotated[Text, Meta(description="Paid until then, an order leaves today")] = "20:00"
    handover: Annotated[Text, Meta(description="What a buyer shows: number, code or qr")] = "code"
    phone: Annotated[str, Meta(description="Phone of the point; empty: none")] = ""


class GoodAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """The first good and how many units of it lie in the warehouse."""

    sku: Annotated[Text, Meta(description="SKU of the first good")]
    title: Annotated[Text, Meta(description="Its title")]
    quantity: Annotated[int, Meta(ge=1, le=1_000_000, description="Units on the shelf")] = 1


class MessageAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the test message, where a mail server is set."""

    to: Annotated[Text, Meta(description="Your e-mail address")]


class BuyerAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """Who the buyer of the test order is: you. Messages about it would come to you."""

    phone: Annotated[Text, Meta(description="Your phone, as the test order's buyer")]
    name: Annotated[str, Meta(description="Your name; empty: none")] = ""


class Answers(Protocol):
    """Where the answers come from."""

    def section(self, name: str, kind: type[S], make: Callable[[S], T]) -> T | None:
        """Return what `make` makes of a section's answers, None where there are none.

        `make` raises WrongUsage for an answer that cannot be.
        """
        ...


class FileAnswers:
    """Answers from a TOML file: the settings at its head, then a table for each step."""

    def __init__(self, file: Path) -> None:
        """Read the file; raise WrongUsage for what is no TOML or no answer."""
        self._file = file
        try:
            self._given: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        except OSError as error:
            raise WrongUsage(f"--answers: {file}: {error.strerror}") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise WrongUsage(f"--answers: {file}: {error}") from error
        unknown = sorted(self._given.keys() - SECTIONS.keys())
        if unknown:
            known = ", ".join(SECTIONS)
            raise WrongUsage(f"{file}: {unknown[0]}: unknown; expected sections are: {known}")
        for name, kind in SECTIONS.items():
            if name in self._given:
                self._read(name, kind)

    def section(self, name: str, kind: type[S], make: Callable[[S], T]) -> T | None:
        """Return what is made of a table, None where the file has none of that name."""
        return make(self._read(name, kind)) if name in self._given else None

    def _read(self, name: str, kind: type[S]) -> S:
        given = self._given[name]
        if not isinstance(given, dict):
            raise WrongUsage(f"{self._file}: {name}: {given!r}: expected a table, [{name}]")
        try:
            return _converted(name, kind, given, strict=True)
        except WrongUsage as error:
            raise WrongUsage(f"{self._file}: {error}") from error


class AskedAnswers:
    """Answers that a person types, with defaults; a wrong one is asked for again."""

    def section(self, name: str, kind: type[S], make: Callable[[S], T]) -> T | None:
        """Ask for a section unless the person leaves it for later."""
        if not typer.confirm(f"{_SENTENCE_OF[name]} now?", default=name not in _RARE, err=True):
            return None
        while True:
            try:
                return make(_asked(name, kind))
            except WrongUsage as error:
                print_status(f"  {error}")


def _asked(section: str, kind: type[S]) -> S:
    given: dict[str, Any] = {}
    for name, question, default in _questions(kind):
        typed = typer.prompt(f"  {question}", default=default, err=True, show_default=bool(default))
        given[name] = typed.strip()
    return _converted(section, kind, given, strict=False)


def _converted(section: str, kind: type[S], given: Mapping[str, Any], *, strict: bool) -> S:
    """Return the answers of a section; raise WrongUsage with field, value and what is expected."""
    fields = {field.name: field for field in structs.fields(kind)}
    for name in given.keys() - fields.keys():
        raise WrongUsage(f"{section}.{name}: unknown; expected {', '.join(fields)}")
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in given:
            if field.required:
                raise WrongUsage(f"{section}.{name}: missing; expected a value")
            continue
        try:
            values[name] = msgspec.convert(given[name], field.type, strict=strict)
        except msgspec.ValidationError as error:
            raise WrongUsage(f"{section}.{name}: {given[name]!r}: {error}") from error
    return kind(**values)


def _questions(kind: type[Struct]) -> Iterator[tuple[str, str, str | None]]:
    """Return the name, the question and the default of each field; None: an answer is needed."""
    for field in structs.fields(kind):
        info = msgspec.inspect.type_info(field.type)
        assert isinstance(info, msgspec.inspect.Metadata), field.name
        question = (info.extra_json_schema or {})["description"]
        required = field.default is msgspec.NODEFAULT
        yield field.name, question, None if required else str(field.default)


SECTIONS: dict[str, type[Struct]] = {
    "settings": SettingsAnswers,
    "shop": ShopAnswers,
    "warehouse": WarehouseAnswers,
    "point": PointAnswers,
    "good": GoodAnswers,
    "message": MessageAnswers,
    "test_order": BuyerAnswers,
}

_RARE = frozenset({"shop"})
"""What most installations need not answer."""

_SENTENCE_OF = {
    "settings": "Write the settings file",
    "shop": "Open a shop beside the default one",
    "message": "Send a test message by e-mail",
    "warehouse": "Open the first warehouse",
    "point": "Open the first pick-up point",
    "good": "Receive the first good",
    "test_order": "Carry a test order through",
}
