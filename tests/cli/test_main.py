"""Each command as a person types it: what it prints, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from typer.core import TyperGroup
from typer.testing import CliRunner

from gotovo.cli.main import COMMANDS as COMMANDS_OF_GOTOVO
from gotovo.cli.main import app, load_command
from gotovo.points.point import Point
from tests.support.cli.program import Program

COMMANDS = (
    ("serve",),
    ("work",),
    ("demo",),
    ("migrate",),
    ("audit",),
    ("doctor",),
    ("simulate",),
    ("forecast",),
    ("bench",),
    ("fill",),
    ("import", "orders"),
    ("key", "create"),
    ("key", "limit"),
    ("key", "change"),
    ("key", "list"),
    ("key", "show"),
    ("key", "revoke"),
    ("key", "roll"),
    ("secret", "status"),
    ("secret", "check"),
    ("secret", "rotate"),
    ("secret", "renew-codes"),
    ("point", "put"),
    ("point", "list"),
)
WRONG_USAGE = 2
WEEK = [[{"opens": "09:00:00", "closes": "21:00:00"}]] * 7
TIMETABLE = {
    "time_zone": "Europe/Moscow",
    "week": WEEK,
    "exceptions": {},
    "country": "RU",
    "closed_on_holidays": False,
}
WAREHOUSE = {"code": "KZN", "title": "Склад", "timetable": TIMETABLE}
POINT = WAREHOUSE | {"code": "KZN-1", "address": "Казань, Баумана, 1", "warehouse": "KZN"}


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    told = CliRunner().invoke(app, [*command, "--help"])
    assert told.exit_code == 0
    assert f"Usage: gotovo {' '.join(command)}" in told.stdout
    assert "completion" not in told.stdout


def test_the_line_of_a_group_says_what_the_group_says() -> None:
    """Who reads `gotovo --help` alone misses no command of a group."""
    groups = {name: load_command(name) for name in COMMANDS_OF_GOTOVO}
    groups = {name: group for name, group in groups.items() if isinstance(group, TyperGroup)}
    assert {"key", "shop", "point", "import", "retention"} <= groups.keys()
    for name, group in groups.items():
        assert COMMANDS_OF_GOTOVO[name][1] == (group.help or "").partition("\n")[0], name
    line = COMMANDS_OF_GOTOVO["key"][1].lower()
    assert [each for each in groups["key"].commands if each not in line] == []


def test_help_imports_neither_server_nor_database() -> None:
    program = (
        "import sys, gotovo.cli.main; print('asyncpg' in sys.modules, 'granian' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["False", "False"]


def test_the_version_needs_no_api() -> None:
    program = (
        "import sys; from gotovo.cli.main import app; app(['--version'], standalone_mode=False);"
        "print([name for name in sys.modules if name.startswith('gotovo.api')])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[1:] == ["[]"]


def test_a_new_database_is_brought_up_once(tmp_path: Path, empty_database_url: str) -> None:
    program = Program(tmp_path, empty_database_url)
    first = json.loads(program.run("migrate", "--json").stdout)
    assert first["applied"][0] == "0001_journal"
    again = json.loads(program.run("migrate", "--json").stdout)
    assert again == {"applied": [], "schema": first["schema"]}


def test_a_key_is_shown_once_listed_rolled_and_revoked(program: Program) -> None:
    made = json.loads(program.run("key", "create", "--role", "follower", "--json").stdout)
    assert made["token"].startswith(f"gtv_{made['id']}_")
    (listed,) = json.loads(program.run("key", "list", "--json").stdout)
    assert (listed["id"], listed["revoked_at"]) == (made["id"], None)
    rolled = program.run("key", "roll", made["id"], "--overlap-hours", "2").stdout.strip()
    assert rolled.startswith(f"gtv_{made['id']}_")
    assert rolled != made["token"]
    assert program.run("key", "revoke", made["id"]).returncode == 0
    assert program.run("key", "roll", made["id"]).returncode == WRONG_USAGE
    (listed,) = json.loads(program.run("key", "list", "--json").stdout)
    assert listed["revoked_at"] is not None


def test_a_shop_has_no_more_keys_than_the_setting_says(program: Program) -> None:
    program.environment["GOTOVO_KEYS_PER_SHOP"] = "1"
    first = program.run("key", "create", "--role", "storefront")
    second = program.run("key", "create", "--role", "storefront")
    network = program.run("key", "create", "--role", "follower")

    assert (first.returncode, network.returncode) == (0, 0)
    assert second.returncode == WRONG_USAGE
    assert "keys_per_shop" in second.stderr


def test_a_restricted_key_is_made_and_listed_with_its_scopes(program: Program) -> None:
    scopes = ("--scope", "orders:write", "--scope", "imports")
    made = program.run("key", "create", "--role", "storefront", *scopes, "--json")
    (listed,) = json.loads(program.run("key", "list", "--json").stdout)

    assert json.loads(made.stdout)["scopes"] == listed["scopes"] == ["imports", "orders:write"]
    assert listed["created_by"] == "cli"


def test_a_key_with_limits_is_listed_within_100_characters_shown_and_changed(
    program: Program,
) -> None:
    limits = ("--network", "203.0.113.0/24", "--network", "2001:db8::/32", "--expires", "10d")
    name = ("--name", "Ключ витрины с очень длинным названием")
    made = program.run("key", "create", "--role", "storefront", *limits, *name, "--json")
    key_id = json.loads(made.stdout)["id"]
    heading, line = program.run("key", "list").stdout.splitlines()
    shown = program.run("key", "show", key_id).stdout
    changes = ("--expires", "never", "--network", "any", "--scope", "orders:read", "--json")
    changed = json.loads(program.run("key", "change", key_id, *changes).stdout)

    assert json.loads(made.stdout)["networks"] == ["2001:db8::/32", "203.0.113.0/24"]
    assert heading.split()[:4] == ["ID", "ROLE", "PLACE", "STATE"]
    assert max(len(heading), len(line)) <= 100
    assert line.split()[3] == "expiring"
    assert "203.0.113.0/24" in shown
    assert (changed["expires_at"], changed["networks"]) == (None, None)
    assert (changed["scopes"], changed["state"]) == (["orders:read"], "active")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("key", "create", "--role", "admin", "--network", "10.0.0.1/8"), "10.0.0.1/8"),
        (("key", "create", "--role", "admin", "--expires", "2020-01-01"), "2020-01-01"),
        (("key", "show", "nobody"), "nobody"),
        (("key", "change", "nobody"), "nobody"),
        (("key", "create", "--role", "follower", "--scope", "orders:read"), "events:read"),
        (("key", "create", "--role", "king"), "king"),
        (("key", "create", "--role", "point"), "--point"),
        (("key", "create", "--role", "point", "--point", "MSK-9"), "MSK-9"),
        (("key", "create", "--role", "admin", "--point", "KZN-1"), "KZN-1"),
        (("key", "create", "--role", "warehouse", "--warehouse", "MSK"), "MSK"),
        (("key", "create", "--role", "courier", "--warehouse", "KZN"), "--warehouse"),
        (("key", "revoke", "nobody"), "nobody"),
        (("point", "put", "missing.json"), "missing.json"),
        (("serve", "--listen", "nowhere"), "nowhere"),
        (("bench", "speed"), "limits, engine, store"),
        (("bench", "limits", "--against", "missing.json"), "missing.json"),
        (("bench", "limits", "--picture", "missing/ratios.svg"), "missing/ratios.svg"),
        (("key", "change", "nobody", "--network", "near"), "--network: 'near'"),
        (("key", "change", "nobody", "--expires", "soon"), "--expires: 'soon'"),
        (("dance",), "dance"),
    ],
)
def test_wrong_usage_names_what_was_wrong(
    program: Program, arguments: tuple[str, ...], named: str
) -> None:
    told = program.run(*arguments)
    assert told.returncode == WRONG_USAGE, told
    assert named in told.stderr
    assert "Traceback" not in told.stderr


def test_a_wrong_setting_is_named(program: Program) -> None:
    program.environment["GOTOVO_BATCH_LIMIT"] = "many"
    told = program.run("migrate")
    assert told.returncode == WRONG_USAGE
    assert "many" in told.stderr
    assert "batch_limit" in told.stderr.lower()


def test_an_unreachable_database_is_a_sentence(program: Program) -> None:
    program.environment["GOTOVO_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    told = program.run("audit")
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert told.stderr.startswith("gotovo: ")


def test_places_are_written_and_listed(program: Program) -> None:
    for place in (WAREHOUSE, POINT):
        file = program.folder / f"{place['code']}.json"
        file.write_text(json.dumps(place))
        told = program.run("point", "put", str(file))
        assert told.returncode == 0, told.stderr
    listed = json.loads(program.run("point", "list", "--json").stdout)
    assert [point["code"] for point in listed["points"]] == ["KZN-1"]
    assert [warehouse["code"] for warehouse in listed["warehouses"]] == ["KZN"]
    assert set(listed["points"][0]) >= set(Point.__struct_fields__)


def test_a_wrong_place_is_refused_by_field(program: Program) -> None:
    file = program.folder / "place.json"
    file.write_text(json.dumps(WAREHOUSE | {"code": "no code"}))
    told = program.run("point", "put", str(file))
    assert told.returncode == WRONG_USAGE
    assert "code: 'no code'" in told.stderr


def put(program: Program, text: str) -> subprocess.CompletedProcess[str]:
    file = program.folder / "place.json"
    file.write_text(text)
    return program.run("point", "put", str(file))


def test_a_place_is_read_as_strictly_as_by_the_api(program: Program) -> None:
    assert put(program, json.dumps(WAREHOUSE)).returncode == 0
    double = json.dumps(POINT)[:-1] + ', "title": "x"}'
    for text, named in (
        (json.dumps(POINT | {"storage_day": 9}), "storage_day"),
        (double, "title"),
        (json.dumps(POINT | {"title": "\u0007"}), "title"),
        ("[]", "object"),
        ("{", "place.json"),
    ):
        told = put(program, text)
        assert told.returncode == WRONG_USAGE, told
        assert named in told.stderr
        assert "Traceback" not in told.stderr


def test_a_closed_place_stays_closed_and_its_texts_are_in_one_form(program: Program) -> None:
    """Rule 4.1: only who opens a place again opens it."""
    assert put(program, json.dumps(WAREHOUSE | {"accepts_orders": False})).returncode == 0
    assert put(program, json.dumps(WAREHOUSE | {"title": "  Склад \u200b 2 "})).returncode == 0
    assert put(program, json.dumps(POINT | {"accepting": False})).returncode == 0
    assert put(program, json.dumps(POINT | {"capacity": 7})).returncode == 0
    listed = json.loads(program.run("point", "list", "--json").stdout)
    (point,), (warehouse,) = listed["points"], listed["warehouses"]
    assert (point["accepting"], point["capacity"]) == (False, 7)
    assert (warehouse["accepts_orders"], warehouse["title"]) == (False, "Склад 2")


def test_the_name_of_a_key_is_in_one_form(program: Program) -> None:
    assert program.run("key", "create", "--role", "admin", "--name", " my  key ").returncode == 0
    (listed,) = json.loads(program.run("key", "list", "--json").stdout)
    assert listed["name"] == "my key"
    told = program.run("key", "create", "--role", "admin", "--name", "a\x07b")
    assert told.returncode == WRONG_USAGE
    assert "control" in told.stderr


async def test_the_audit_ends_with_one_when_something_was_changed(
    program: Program, database_url: str
) -> None:
    program.run("migrate")
    assert program.run("audit").returncode == 0
    connection = await asyncpg.connect(database_url)
    await connection.execute("update lane set position = 7")
    await connection.close()
    told = program.run("audit")
    assert told.returncode == 1
    assert "lane.position 0" in told.stdout
