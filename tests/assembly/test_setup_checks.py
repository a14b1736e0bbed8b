"""Each wrong set-up is named with its fix, and the right one beside it is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from gotovo.assembly.setup_checks import (
    SetupFacts,
    is_healthy,
    refuse_public_demo,
    setup_complaints,
)
from gotovo.config import Settings
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from gotovo.store.postgres.facts.role_facts import RoleFacts
from gotovo.store.postgres.facts.server_facts import ServerFacts

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SERVER = ServerFacts(
    version_number=180_004,
    shown_version="18.4",
    ahead_seconds=0.01,
    uncertain_seconds=0.001,
    installed_at=NOW - timedelta(days=1),
    backup_at=None,
)
PUBLIC = {"PUBLIC_URL": "https://orders.example.ru", "TRUSTED_PROXIES": "127.0.0.1"}


def settings(**given: str) -> Settings:
    """Return settings as the environment gives them."""
    return load_settings({"HOME": "/srv/anna", **{f"GOTOVO_{k}": v for k, v in given.items()}})


def complaints(
    chosen: Settings | None = None, facts: SetupFacts | None = None, **server: Any
) -> list[str]:
    """Return the problems of a set-up that is right apart from what is given."""
    told = facts or SetupFacts(server=structs.replace(SERVER, **server), clock_is_kept=True)
    return [each.problem for each in setup_complaints(chosen or settings(), told, NOW)]


def test_a_right_set_up_is_not_complained_of() -> None:
    assert complaints(settings(**PUBLIC)) == []
    assert complaints(settings(LISTEN="[::1]:8000")) == []
    assert complaints(settings(PUBLIC_URL="http://localhost:8000")) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (PUBLIC | {"TRUSTED_PROXIES": ""}, "all visitors have the proxy's address"),
        (PUBLIC | {"TRUSTED_PROXIES": "0.0.0.0/0"}, "every visitor may claim any address"),
        (PUBLIC | {"TRUSTED_PROXIES": "10.0.0.1, ::/0"}, "every visitor may claim any address"),
        ({"PUBLIC_URL": "http://orders.example.ru"}, "unencrypted"),
        ({"LISTEN": "0.0.0.0:8000"}, "links in messages lead nowhere"),
        ({"DEMO": "1", "DEMO_PUBLIC": "1"}, "everybody's sign-in codes"),
    ],
)
def test_wrong_addresses_are_named(given: dict[str, str], named: str) -> None:
    (problem,) = complaints(settings(**given))
    assert named in problem


def test_secrets_that_others_can_read_or_replace_are_named() -> None:
    facts = SetupFacts(readable=[Path("/etc/gotovo.toml")], replaceable=[Path("/srv")])
    read, replaced = setup_complaints(settings(), facts, NOW)
    assert read.problem == "/etc/gotovo.toml can be read by others"
    assert read.fix == "run chmod 600 /etc/gotovo.toml"
    assert replaced.problem.startswith("/srv can be written by others")
    assert replaced.fix == "run chmod go-w /srv"


def test_an_old_minor_release_is_named_with_the_one_to_install() -> None:
    (problem,) = complaints(version_number=160_004, shown_version="16.4")
    assert problem == "PostgreSQL is 16.4, which has holes that 16.14 has not"


@pytest.mark.parametrize(
    ("ahead", "named"), [(4.9, ""), (-4.9, ""), (90.0, "90 s ahead of"), (-90.0, "90 s behind")]
)
def test_a_clock_that_differs_from_the_database_s_is_named(ahead: float, named: str) -> None:
    found = complaints(ahead_seconds=ahead)
    assert [named in each for each in found] == ([True] if named else [])


def test_a_slow_answer_is_not_taken_for_a_wrong_clock() -> None:
    assert complaints(ahead_seconds=6.0, uncertain_seconds=2.0) == []


def test_a_clock_without_a_time_service_is_advice_alone() -> None:
    facts = SetupFacts(server=SERVER, clock_is_kept=False)
    found = list(setup_complaints(settings(), facts, NOW))
    assert ["time service" in each.problem for each in found] == [True]
    assert is_healthy(found)
    assert complaints(facts=SetupFacts(server=SERVER, clock_is_kept=None)) == []


def test_no_backup_in_the_days_of_the_setting_is_named() -> None:
    old, fresh = NOW - timedelta(days=8), NOW - timedelta(days=6)
    assert complaints(installed_at=fresh) == []
    assert complaints(installed_at=None) == [], "nothing is installed yet"
    assert complaints(installed_at=old) == ["no backup is known of; backup_days is 7"]
    assert complaints(installed_at=old, backup_at=fresh) == []
    (problem,) = complaints(installed_at=old, backup_at=old)
    assert problem == "the last backup is of 2026-11-20; backup_days is 7"
    assert complaints(settings(BACKUP_DAYS="0"), installed_at=old) == []
    assert complaints(settings(DEMO="1"), installed_at=old) == []


@pytest.mark.parametrize(
    "given",
    [
        {"LISTEN": "0.0.0.0:8000"},
        {"LISTEN": "[::]:8000"},
        {"LISTEN": "192.168.1.5:8000"},
        {"LISTEN": "shop.example.ru:8000"},
        {"PUBLIC_URL": "https://demo.example.ru"},
        {"TRUSTED_PROXIES": "127.0.0.1"},
    ],
)
def test_a_demo_that_others_could_reach_is_refused_unless_forced(given: dict[str, str]) -> None:
    with pytest.raises(SettingError, match="--force") as refused:
        refuse_public_demo(settings(DEMO="1", **given))
    assert next(iter(given)).lower() in str(refused.value)
    refuse_public_demo(settings(DEMO="1", DEMO_PUBLIC="1", **given))
    refuse_public_demo(settings(**given))


def test_a_demo_of_this_machine_alone_starts() -> None:
    for given in ({}, {"LISTEN": "localhost:1"}, {"PUBLIC_URL": "http://127.0.0.1:8000"}):
        refuse_public_demo(settings(DEMO="1", **given))


@pytest.mark.parametrize(
    ("role", "named", "advice"),
    [
        (RoleFacts(name="postgres", is_superuser=True), "role postgres is a superuser", False),
        (
            RoleFacts(name="shop", is_superuser=False, dangerous=("createrole", "bypassrls")),
            "role shop may more than it needs: createrole, bypassrls",
            False,
        ),
        (
            RoleFacts(name="shop", is_superuser=False, unneeded=("createdb",)),
            "role shop does not need createdb",
            True,
        ),
    ],
)
def test_a_role_that_may_too_much_is_named(role: RoleFacts, named: str, *, advice: bool) -> None:
    facts = SetupFacts(server=SERVER, role=role, clock_is_kept=True)
    (complaint,) = setup_complaints(settings(), facts, NOW)
    assert named in complaint.problem
    assert "docs/operating/database.md" in complaint.fix
    assert complaint.advice is advice


def test_a_role_that_owns_its_schema_alone_is_right() -> None:
    facts = SetupFacts(role=RoleFacts(name="gotovo_program", is_superuser=False))
    assert complaints(facts=facts) == []


def test_missing_pages_of_staff_are_advice_because_everything_else_runs() -> None:
    facts = SetupFacts(clock_is_kept=True, staff_pages_missing="Node could not be installed.")
    (found,) = setup_complaints(settings(**PUBLIC), facts, NOW)
    assert "everything else runs: Node could not be installed." in found.problem
    assert "frontend/build again" in found.fix
    assert is_healthy([found])
