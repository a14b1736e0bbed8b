"""The manifest of a base backup: a file that is not as it was is named."""

import hashlib
import json
from pathlib import Path

import pytest

from gotovo.store.postgres.errors import ArchiveError
from gotovo.store.wal_archive.manifest import read_manifest, verify_files


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """Give a folder with a file and the manifest that describes it."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "1").write_bytes(b"rows")
    digest = hashlib.sha256(b"rows").hexdigest()
    described = {"Path": "base/1", "Size": 4, "Checksum-Algorithm": "SHA256", "Checksum": digest}
    log = {"Timeline": 1, "Start-LSN": "0/3000028", "End-LSN": "0/3000120"}
    text = json.dumps({"Files": [described], "WAL-Ranges": [log]})
    (tmp_path / "backup_manifest").write_text(text)
    return tmp_path


def test_files_as_they_were_pass(cluster: Path) -> None:
    manifest = read_manifest(cluster)
    verify_files(manifest, cluster, cluster)
    assert manifest.ranges[0].start == "0/3000028"


@pytest.mark.parametrize("content", [b"rowz", b"row", None])
def test_a_file_that_is_changed_cut_or_gone_is_named(cluster: Path, content: bytes | None) -> None:
    file = cluster / "base" / "1"
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged in base/1"):
        verify_files(read_manifest(cluster), cluster, cluster)


def test_what_is_no_manifest_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="backup_manifest is damaged"):
        read_manifest(tmp_path)
