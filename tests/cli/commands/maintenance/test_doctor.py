"""`gotovo doctor` and the start of the program, on set-ups that are wrong."""

import json
from pathlib import Path

import asyncpg
import pytest

from gotovo.secret_files import read_secret
from tests.support.cli.program import Program

PUBLIC = {"GOTOVO_PUBLIC_URL": "https://orders.example.ru"}


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


def problems(program: Program) -> dict[str, str]:
    """Return what the doctor complains of, with the fixes; advice aside."""
    told = program.run("doctor", "--json")
    report = json.loads(told.stdout)
    assert told.returncode == (0 if report["healthy"] else 1)
    return {each["what"]: each["mend"] for each in report["complaints"] if not each["advice"]}


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(program: Program) -> None:
    read_secret(program.folder / "secret")
    assert problems(program) == {}
    (program.folder / "secret").chmod(0o644)
    program.environment["GOTOVO_UNSAFE"] = "1"
    found = problems(program)
    assert {"chmod 600" in fix for fix in found.values()} == {True, False}
    assert any("GOTOVO_UNSAFE" in problem for problem in found)


async def test_the_doctor_names_a_public_address_without_proxies_and_a_missing_backup(
    program: Program, pool: "asyncpg.Pool"
) -> None:
    program.environment.update(PUBLIC)
    await pool.execute("update schema_migration set applied_at = now() - interval '8 days'")
    address, backup = problems(program)
    assert "all visitors have the proxy's address" in address
    assert backup == "no backup is known of; backup_days is 7"


def test_a_start_warns_of_what_the_doctor_complains_of(program: Program) -> None:
    program.environment.update(PUBLIC)
    for start in (program.start, program.start_work):
        start()
        assert program.stop() == 0
        assert "Warning: public_url is https://orders.example.ru" in program.log()
        (program.folder / "program.log").unlink()


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_demo_on_a_public_address_does_not_start(program: Program, command: str) -> None:
    program.environment |= {"GOTOVO_LISTEN": f"0.0.0.0:{program.port}", "GOTOVO_DEMO": "1"}
    told = program.run(command)
    assert told.returncode == 2
    assert "others could reach the demo" in told.stderr
    assert "--force" in told.stderr
