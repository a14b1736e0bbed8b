"""Facts of a set-up, read from real files and a real server."""

from datetime import UTC, datetime
from pathlib import Path

from gotovo.assembly.setup_facts import file_facts, start_complaints
from gotovo.keyring.sources import make_secrets
from gotovo.settings_sources import load_settings

AWAY = "postgresql://gotovo@127.0.0.1:1/gotovo"


def test_files_with_secrets_that_others_can_read_are_found(tmp_path: Path) -> None:
    environment = {"GOTOVO_DATA_DIR": str(tmp_path), "GOTOVO_CONFIG": str(tmp_path / "its.toml")}
    settings_file, secret = tmp_path / "its.toml", tmp_path / "secret"
    settings_file.write_text('database_url = "postgresql://gotovo:pass@db/gotovo"\n')
    settings_file.chmod(0o600)
    settings = load_settings(environment)
    make_secrets(secret, datetime.now(UTC))
    tmp_path.chmod(0o755)
    facts = file_facts(settings, environment)
    assert (facts.readable, facts.replaceable) == ([], [])
    settings_file.chmod(0o644)
    secret.chmod(0o640)
    tmp_path.chmod(0o775)
    facts = file_facts(settings, environment)
    assert sorted(facts.readable) == [settings_file, secret]
    assert facts.replaceable == [tmp_path]


def test_settings_without_a_password_may_be_read_by_all(tmp_path: Path) -> None:
    environment = {"GOTOVO_DATA_DIR": str(tmp_path), "GOTOVO_CONFIG": str(tmp_path / "its.toml")}
    (tmp_path / "its.toml").write_text('listen = "127.0.0.1:8001"\n')
    assert file_facts(load_settings(environment), environment).readable == []


def test_a_start_warns_without_a_database_too(tmp_path: Path) -> None:
    environment = {
        "GOTOVO_DATA_DIR": str(tmp_path),
        "GOTOVO_DATABASE_URL": AWAY,
        "GOTOVO_PUBLIC_URL": "https://orders.example.ru",
    }
    (complaint,) = start_complaints(load_settings(environment), environment, AWAY)
    assert "trusted_proxies is empty" in complaint.problem
