"""A release is the same whoever builds it, and its wheel has everything that the program needs."""

import re
import subprocess
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from gotovo.store.postgres.migrations import known_migrations
from gotovo.web.site.rendering.bundle import read_bundle
from tests.support.cli.program import Program
from tests.support.releases.clean_install import build, hashes, install_from
from tests.tidy.tree import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the release of this commit, which two builds made alike."""
    folder = tmp_path_factory.mktemp("release")
    build(folder)
    return folder


def test_two_builds_were_the_same_and_their_hashes_are_written_down(built: Path) -> None:
    files = {file.name: sha256(file.read_bytes()).hexdigest() for file in built.iterdir()}
    assert hashes(built) == {name: x for name, x in files.items() if name != "SHA256SUMS"}
    assert {Path(name).suffix for name in hashes(built)} == {".whl", ".gz", ".txt"}


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    listed = _git("ls-tree", "-r", "--name-only", "HEAD", "src/gotovo").split()
    packed = [name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")]
    of_the_package = [
        name
        for name in packed
        if ".dist-info/" not in name and not name.startswith("gotovo/web/static/")
    ]
    assert sorted(of_the_package) == sorted(name.removeprefix("src/") for name in listed)


def test_the_wheel_has_the_bundled_pages_of_staff(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [x for x in archive.namelist() if x.startswith("gotovo/web/static/staff/")]
        for name in names:
            archive.extract(name, tmp_path)
    bundle = read_bundle(tmp_path / "gotovo/web/static")
    assert bundle.reason == ""
    assert {"desk", "gallery"} <= set(bundle.applications)
    for each in bundle.applications.values():
        assert {each.script, *each.modules} <= set(bundle.files)


def test_the_source_distribution_has_what_the_tests_need(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    listed = set(_git("ls-tree", "-r", "--name-only", "HEAD").split("\n")) - {""}
    left_out = re.compile(r"\.ci/|\.gitignore|\.squawk\.toml|benchmarks/")
    assert {name for name in listed - packed if not left_out.match(name)} == set()


def test_the_wheel_runs_in_an_environment_of_its_own(
    built: Path, tmp_path: Path, empty_database_url: str
) -> None:
    gotovo = install_from(built, tmp_path / "environment")
    program = Program(tmp_path, empty_database_url, PYTHONPATH="")
    program.gotovo = gotovo
    said = program.run("--version").stdout
    assert re.fullmatch(rf"gotovo \S+, schema {known_migrations()[-1].number}\n", said)
    program.start()
    try:
        with httpx.Client(base_url=program.url, follow_redirects=True) as client:
            page = client.get("/")
            assert page.is_success
            assets = re.findall(
                r'(?:href|src)="(/[^"]+\.(?:css|js|svg|png|webmanifest))"', page.text
            )
            assert {asset.rpartition(".")[2] for asset in assets} >= {"css", "js"}
            for path in (*assets, "/api/docs", "/api/openapi.json", "/readyz"):
                assert client.get(path).is_success, path
    finally:
        assert program.stop() == 0, program.log()
    assert program.run("audit").stdout.endswith("no differences.\n")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=True)
    return done.stdout.decode()
