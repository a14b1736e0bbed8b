"""What an operator does works as the program's role on the embedded server."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gotovo.store.embedded.roles import PROGRAM
from tests.support.cli.program import Program


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-role-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_an_installation_is_made_checked_saved_and_restored(folder: Path) -> None:
    first, second = Program(folder / "first", ""), Program(folder / "second", "")
    for each in (first, second):
        each.folder.mkdir(mode=0o711)
    for command in (
        ("fill", "--orders", "50"),
        ("backup", "--to", str(folder / "saved")),
    ):
        done = first.run(*command)
        assert done.returncode == 0, (command, done.stderr)
    (file,) = (folder / "saved").iterdir()
    shutil.copy2(first.folder / "secret", second.folder / "secret")
    restored = second.run("restore", str(file))  # and audited
    assert restored.returncode == 0, restored.stderr
    told = json.loads(second.run("doctor", "--json").stdout)["complaints"]
    assert [each for each in told if "role" in each["what"]] == []
    assert PROGRAM not in json.dumps(told)
