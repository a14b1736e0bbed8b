"""The container image of a release is the same whoever builds it, and starts as nobody special."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.releases.clean_install import build
from tests.tidy.tree import ROOT

IMAGE: Final = ROOT / "releases/image"
TOOLS: Final = ("mmdebstrap", "umoci", "unshare")
MISSING: Final = [tool for tool in TOOLS if shutil.which(tool) is None]

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.skipif(os.geteuid() != 0, reason="images are built by root"),
]

LIVE: Final = """
mount -t proc proc proc && mount -t tmpfs tmpfs dev/shm && mount -t tmpfs -o mode=1777 tmpfs tmp
exec chroot --userspec=10001:10001 . /usr/bin/env -i $ENV sh -c '
gotovo --version && gotovo migrate && gotovo audit && ! touch /opt/gotovo/x 2>/dev/null'
"""
"""The commands of an operator, with the embedded PostgreSQL, in namespaces as a container has."""


@pytest.mark.timeout(1500)
def test_two_builds_have_one_digest_and_the_image_works(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        build(folder)
        subprocess.run([IMAGE, folder], check=True, capture_output=True)
    assert _index(first) == _index(second)
    assert (first / "debian.txt").read_text("utf-8") == (second / "debian.txt").read_text("utf-8")
    config = _config(first)
    assert config["User"] == "10001:10001"
    assert (config["Entrypoint"], config["Cmd"]) == (["/usr/local/bin/gotovo"], ["serve"])
    assert config["Volumes"] == {"/var/lib/gotovo": {}}
    (version,) = (
        each["annotations"]["org.opencontainers.image.ref.name"] for each in _index(first)
    )
    bundle = tmp_path / "bundle"
    subprocess.run(
        ["umoci", "unpack", "--image", f"{first}/image:{version}", bundle],
        check=True,
        capture_output=True,
    )
    live = subprocess.run(
        ["unshare", "--mount", "--pid", "--ipc", "--fork", "sh", "-euc", LIVE],
        cwd=bundle / "rootfs",
        env={"PATH": os.environ["PATH"], "ENV": " ".join(config["Env"])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert live.returncode == 0, (live.stdout, live.stderr)
    assert live.stdout.startswith(f"gotovo {version}, schema ")
    assert live.stdout.endswith("no differences.\n")


def _index(folder: Path) -> list[Any]:
    return json.loads((folder / "image/index.json").read_text("utf-8"))["manifests"]


def _config(folder: Path) -> Any:
    blobs = folder / "image/blobs"
    (entry,) = _index(folder)
    for _ in range(2):
        path = blobs / entry["digest"].replace(":", "/")
        entry = json.loads(path.read_text("utf-8"))
        entry = entry.get("config", entry)
    return entry
