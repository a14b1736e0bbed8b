"""The files for the server in front agree with the limits of the program behind it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gotovo.api.resources.events import HEARTBEAT_SECONDS
from gotovo.assembly.operations import PATHS
from gotovo.http.caps import UPLOAD_BYTES_MAX
from gotovo.http.server.limits import LIMITS

FOLDER = Path(__file__).parents[2] / "docs/operating/proxy"
NGINX = FOLDER.joinpath("nginx.conf").read_text("utf-8")
CADDY = FOLDER.joinpath("Caddyfile").read_text("utf-8")


def number(text: str, pattern: str) -> int:
    """Return the number that a pattern finds."""
    found = re.search(pattern, text)
    assert found is not None, pattern
    return int(found[1])


def test_both_let_the_largest_upload_through() -> None:
    assert number(NGINX, r"client_max_body_size (\d+)m;") << 20 >= UPLOAD_BYTES_MAX
    assert number(CADDY, r"max_size (\d+)MB") * 1_000_000 >= UPLOAD_BYTES_MAX


def test_both_hide_what_is_for_operators() -> None:
    for path in PATHS:
        assert path.strip("/") in NGINX
        assert re.search(rf"@operators path .*{path}", CADDY)


def test_neither_ends_a_stream_between_two_heartbeats() -> None:
    assert min(map(int, re.findall(r"proxy_read_timeout (\d+)s;", NGINX))) > 2 * HEARTBEAT_SECONDS
    assert "write 0 " in CADDY


def test_a_head_that_passes_the_front_passes_gotovo() -> None:
    count = number(NGINX, r"large_client_header_buffers (\d+) ")
    size = number(NGINX, r"large_client_header_buffers \d+ (\d+)k;")
    assert count * size * 1024 <= LIMITS.head_bytes
    assert number(CADDY, r"max_header_size (\d+)KB") * 1_000 <= LIMITS.head_bytes


def test_both_speak_no_tls_before_its_second_version() -> None:
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in NGINX
    assert "protocols tls1.2 tls1.3" in CADDY


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    file = tmp_path / "nginx.conf"
    file.write_text(NGINX, "utf-8")
    read = subprocess.run(
        [nginx, "-t", "-c", file, "-e", "stderr"], capture_output=True, text=True, check=False
    )
    assert "syntax is ok" in read.stderr or "cannot load certificate" in read.stderr, read.stderr
