"""The page about installing for real, typed into a Debian that has nothing but its own base.

The base comes from Debian's mirror, the packages from where this machine gets its own. What is
typed after the installation has no network but its own loopback.
"""

import os
import re
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.cli.install_page import AFTER, ANSWERS, BEFORE, INSTALLATION, SERVICE, as_typed
from tests.tidy.tree import ROOT, text

SUITE: Final = "bookworm"
SECONDS_MAX: Final = 1_500
CARRIED: Final = ("/etc/pip.conf", "/usr/local/share/ca-certificates")
"""Where this machine says which mirror it uses, and whom it trusts."""

OF_MIRRORS: Final = re.compile(r"(https?|no)_proxy|(PIP|UV)_(\w+_)?INDEX(_URL)?", re.IGNORECASE)
HOME: Final = "var/lib/gotovo"
TOOLS: Final = ("mmdebstrap", "unshare", "chroot", "ip", "git", "tar")

IN_ITS_OWN: Final = """\
set -e
mount --bind /proc "$1/proc"
mount --rbind /dev "$1/dev"
for folder in tmp run dev/shm; do mount -t tmpfs tmpfs "$1/$folder"; done
if [ "$2" = alone ]; then ip link set lo up; fi
exec chroot "$1" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root "${@:3}"
"""

SESSION: Final = """\
cd ~
gotovo serve >serve.log 2>&1 &
server=$!
curl --silent --fail --retry 100 --retry-connrefused --retry-delay 1 http://127.0.0.1:8000/healthz
bash after.sh
kill -INT $server
wait $server
"""

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(SECONDS_MAX),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root makes another root directory"),
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
    ),
]


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Give the root directory of a bare Debian with the tree in /opt/gotovo."""
    root = tmp_path / "debian"
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", SUITE, root], check=True)
    for carried in map(Path, CARRIED):
        if carried.exists():
            copied = root / carried.relative_to("/")
            copy = shutil.copytree if carried.is_dir() else shutil.copy
            copied.parent.mkdir(parents=True, exist_ok=True)
            copy(carried, copied)
    (root / "opt/gotovo").mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    packed = subprocess.run(
        ["tar", "--create", "--null", "--files-from=-", "--ignore-failed-read"],
        cwd=ROOT, input=listed, capture_output=True, check=True,
    ).stdout  # fmt: skip
    subprocess.run(
        ["tar", "--extract", "--directory", root / "opt/gotovo"], input=packed, check=True
    )
    yield root
    shutil.rmtree(root)


def typed(root: Path, script: str, *, alone: bool = True) -> str:
    """Type a script in there, in namespaces of its own, and return what was said."""
    (root / "opt/typed.sh").write_text(script, "utf-8")
    network = ["--net"] if alone else []
    mirrors = [f"{x}={value}" for x, value in os.environ.items() if OF_MIRRORS.fullmatch(x)]
    said = subprocess.run(
        [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc"),
            *("--mount-proc", *network, "bash", "-c", IN_ITS_OWN, "in", root),
            *("alone" if alone else "connected", *mirrors),
            *("bash", "/opt/typed.sh"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert said.returncode == 0, (said.stdout[-3000:], said.stderr[-3000:])
    return said.stdout


def test_the_page_leads_from_a_bare_debian_to_a_hand_over_and_to_a_service(root: Path) -> None:
    assert not (root / "usr/bin/python3").exists()
    typed(root, as_typed(INSTALLATION), alone=False)
    home = root / HOME
    (home / "answers.toml").write_text(ANSWERS, "utf-8")
    (home / "session.sh").write_text(as_typed(BEFORE) + SESSION, "utf-8")
    (home / "after.sh").write_text(as_typed(AFTER), "utf-8")
    said = typed(root, "su --login gotovo --command 'bash session.sh'")
    assert '"stage": "issued"' in said
    assert "2 orders" in said
    assert "no differences" in said
    assert (root / "etc/gotovo/gotovo.toml").stat().st_uid == home.stat().st_uid
    served = typed(root, service_script())
    assert '"faults":[]' in served
    assert "2 orders" in served
    assert "no differences" in served


def service_script() -> str:
    """Return the last lines of the page, with what the unit does in the place of systemd."""
    unit = text(Path("deploy/systemd/gotovo.service"))
    said = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    assert [line.partition(" ")[0] for line in SERVICE] == ["cp", "systemctl", "curl"]
    copying, _, asking = SERVICE
    _, files_max = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = min(int(said["LimitNOFILE"]), files_max)  # Within namespaces nobody may raise it.
    return f"""\
set -eu -o pipefail
mkdir --parents /etc/systemd/system
{copying}
test -f /etc/systemd/system/gotovo.service
chmod {said["StateDirectoryMode"]} /var/lib/gotovo
umask {said["UMask"]}
prlimit --nofile={files} --nproc={said["TasksMax"]} \\
    setpriv --reuid={said["User"]} --regid={said["Group"]} --clear-groups --no-new-privs \\
    --bounding-set=-all --inh-caps=-all --reset-env \\
    env {said["Environment"]} {said["ExecStart"]}  &
server=$!
{asking} --silent --retry 100 --retry-connrefused --retry-delay 1
su --login {said["User"]} --command 'gotovo audit'
kill -TERM $server
wait $server
"""
