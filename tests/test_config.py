"""Settings: environment over file over default, and a slip is named with its value."""

import os
import re
from pathlib import Path

import msgspec
import pytest

from gotovo.config import PREFIX, Settings
from gotovo.keyring.sources import CREDENTIAL
from gotovo.setting_checks import SettingError, hours_of
from gotovo.settings_sources import load_settings

REFERENCE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
ROWS = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (.*?) \| (.*) \|$", re.MULTILINE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_has_to_be_set(here: Path) -> None:
    settings = load_settings({"HOME": str(here)})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert (settings.demo, settings.unsafe, settings.database_url) == (False, False, "")
    assert settings.secret_file == settings.data_dir / "secret"


def test_the_data_folder_is_the_systems_for_root_and_ones_own_for_others(here: Path) -> None:
    own = here / ".local" / "share" / "gotovo"
    expected = Path("/var/lib/gotovo") if os.geteuid() == 0 else own
    assert load_settings({"HOME": str(here)}).data_dir == expected


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(here: Path) -> None:
    here.joinpath("gotovo.toml").write_text("workers = 2\npool_size = 4\ndemo = true\n")
    settings = load_settings({"GOTOVO_WORKERS": "3"})
    assert (settings.workers, settings.pool_size, settings.batch_limit) == (3, 4, 256)
    assert settings.demo


def test_another_file_can_be_named_and_then_has_to_be_there(here: Path) -> None:
    here.joinpath("other.toml").write_text('language = "en"\n')
    assert load_settings({"GOTOVO_CONFIG": "other.toml"}).language == "en"
    with pytest.raises(SettingError, match=r"^missing\.toml: .*No such file"):
        load_settings({"GOTOVO_CONFIG": "missing.toml"})


@pytest.mark.parametrize("word", ["1", "true", "Yes", "ON"])
def test_yes_has_many_words(here: Path, word: str) -> None:
    assert load_settings({"GOTOVO_DEMO": word, "HOME": str(here)}).demo


@pytest.mark.parametrize("word", ["0", "false", "No", "OFF", ""])
def test_no_has_many_words(here: Path, word: str) -> None:
    here.joinpath("gotovo.toml").write_text("demo = true\n")
    assert not load_settings({"GOTOVO_DEMO": word}).demo


def test_paths_are_absolute_and_may_begin_with_the_home(here: Path) -> None:
    given = {"HOME": "/alina", "GOTOVO_DATA_DIR": "~/gotovo", "GOTOVO_SECRET_FILE": "key"}
    settings = load_settings(given)
    assert settings.data_dir == Path("/alina/gotovo")
    assert settings.secret_file == here / "key"


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("GOTOVO_WORKERS", "many", r"'many': Expected `int`"),
        ("GOTOVO_WORKERS", "0", r"'0': Expected `int` >= 1"),
        ("GOTOVO_WORKERS", "65", r"'65': Expected `int` <= 64"),
        ("GOTOVO_BATCH_LIMIT", "1.5", r"'1\.5': Expected `int`"),
        ("GOTOVO_DEMO", "maybe", r"'maybe': Expected `bool`"),
        ("GOTOVO_LANGUAGE", "kz", r"'kz': Expected one of en, ru"),
        ("GOTOVO_LOG_LEVEL", "", r"'': Expected one of "),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(
    here: Path, variable: str, value: str, reason: str
) -> None:
    with pytest.raises(SettingError, match=f"^{variable}: {reason}"):
        load_settings({variable: value, "HOME": str(here)})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("workers = true", "gotovo.toml: workers: True: Expected `int`, got `bool`"),
        ("listen = 8000", "gotovo.toml: listen: 8000: Expected `str`, got `int`"),
        ("data_dir = 5", "gotovo.toml: data_dir: 5: Expected a path"),
        (
            "worker = 2",
            "gotovo.toml: worker is not a setting; the settings are: database_url, data_dir",
        ),
        ("[server]", "gotovo.toml: server is not a setting"),
        ("workers = ", "gotovo.toml: Invalid value"),
    ],
)
def test_a_wrong_line_of_the_file_is_named(here: Path, line: str, reason: str) -> None:
    here.joinpath("gotovo.toml").write_text(line + "\n")
    with pytest.raises(SettingError, match=f"^{re.escape(reason)}"):
        load_settings({})


def test_a_misspelt_variable_is_refused_with_those_there_are(here: Path) -> None:
    with pytest.raises(
        SettingError, match=r"^GOTOVO_WORKER is not a setting; the settings are: .*workers"
    ):
        load_settings({"GOTOVO_WORKER": "2", "HOME": str(here)})


def test_variables_of_tests_and_of_other_programs_are_left_alone(here: Path) -> None:
    load_settings({"GOTOVO_TEST_FULL": "1", "PGHOST": "x", "HOME": str(here)})


@pytest.mark.parametrize("listen", ["8000", ":8000", "localhost", "h:", "h:x", "h:65536", "h:٣"])
def test_an_address_to_listen_on_has_a_host_and_a_port(here: Path, listen: str) -> None:
    with pytest.raises(SettingError, match=r"^listen: .*: Expected HOST:PORT"):
        load_settings({"GOTOVO_LISTEN": listen, "HOME": str(here)})


def test_an_address_may_be_of_the_sixth_version(here: Path) -> None:
    settings = load_settings({"GOTOVO_LISTEN": "[::1]:80", "HOME": str(here)})
    assert (settings.host, settings.port) == ("::1", 80)


@pytest.mark.parametrize("proxies", ["*", "127.0.0.1, proxy", "10.1.0.1/16"])
def test_proxies_are_addresses_or_whole_networks(here: Path, proxies: str) -> None:
    with pytest.raises(SettingError, match=r"^trusted_proxies: '.*': Expected addresses"):
        load_settings({"GOTOVO_TRUSTED_PROXIES": proxies, "HOME": str(here)})


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        ("7=100, 998 = 5, *=0", {"7": 100, "998": 5, "*": 0}),
        ("7=100", {"7": 100, "*": 0}),
        ("", {"*": 0}),
    ],
)
def test_countries_have_their_own_number_of_codes(
    here: Path, listed: str, codes: dict[str, int]
) -> None:
    settings = load_settings({"GOTOVO_CODES_PER_COUNTRY": listed, "HOME": str(here)})
    assert settings.country_codes == codes


@pytest.mark.parametrize(
    "listed", ["RU=5", "7", "7=", "07=5", "7=-1", "7=5, 7=6", "7=1e3", "1234=5"]
)
def test_a_country_is_a_calling_code_with_a_number_once(here: Path, listed: str) -> None:
    with pytest.raises(SettingError, match=r"^codes_per_country: '.*': Expected each calling code"):
        load_settings({"GOTOVO_CODES_PER_COUNTRY": listed, "HOME": str(here)})


@pytest.mark.parametrize("url", ["my.shop.ru", "ftp://my.shop.ru", "https://", "https://a.ru/x"])
def test_the_public_address_is_scheme_and_host_alone(here: Path, url: str) -> None:
    with pytest.raises(SettingError, match=r"^public_url: .*: Expected only scheme and host"):
        load_settings({"GOTOVO_PUBLIC_URL": url, "HOME": str(here)})


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("https://a.ru:8443", "https://a.ru:8443"),
        ("https://My.Shop.ru:443", "https://my.shop.ru"),
        ("HTTP://a.ru:80", "http://a.ru"),
        ("", ""),
    ],
)
def test_the_public_address_is_taken_as_browsers_write_it(here: Path, said: str, url: str) -> None:
    given = {"GOTOVO_PUBLIC_URL": said, "HOME": str(here)}
    assert load_settings(given).public_url == url


def test_a_wrong_database_address_is_refused_without_showing_its_password(here: Path) -> None:
    with pytest.raises(SettingError, match=r"^database_url: Expected postgresql://") as caught:
        load_settings({"GOTOVO_DATABASE_URL": "mysql://a:hush@b/c", "HOME": str(here)})
    assert "hush" not in str(caught.value)


def test_a_credential_of_systemd_is_the_secret_unless_a_file_is_named(here: Path) -> None:
    environment = {"HOME": str(here), "CREDENTIALS_DIRECTORY": str(here)}
    assert load_settings(environment).secret_file.name == "secret"
    (here / CREDENTIAL).touch()
    assert load_settings(environment).secret_file == here / CREDENTIAL
    named = load_settings({**environment, "GOTOVO_SECRET_FILE": "/etc/secret"})
    assert named.secret_file == Path("/etc/secret")


def test_the_reference_names_every_setting_its_variable_and_its_default(here: Path) -> None:
    rows = {name: (variable, default) for name, variable, default, _ in ROWS.findall(_reference())}
    assert list(rows) == list(Settings.__struct_fields__)
    assert {name: variable for name, (variable, _) in rows.items()} == {
        name: PREFIX + name.upper() for name in Settings.__struct_fields__
    }
    settings = load_settings({"HOME": str(here)})
    for name, (_, default) in rows.items():
        value = getattr(settings, name)
        if not isinstance(value, Path):
            shown = int(value) if isinstance(value, bool) else value
            assert default.startswith(f"`{shown}`" if value != "" else "none: "), name


def test_the_reference_tells_every_range_and_choice() -> None:
    rows = {row[0]: row[3] for row in ROWS.findall(_reference())}
    kinds = msgspec.json.schema(Settings)["$defs"]["Settings"]["properties"]
    for name, kind in kinds.items():
        for bound in ("minimum", "maximum"):
            if bound in kind:
                assert re.search(rf"\b{kind[bound]}\b", rows[name]), (name, kind[bound])
        for choice in kind.get("enum", ()):
            assert f"`{choice}`" in rows[name]


def test_every_setting_says_what_it_is() -> None:
    kinds = msgspec.json.schema(Settings)["$defs"]["Settings"]["properties"]
    silent = [name for name, kind in kinds.items() if not kind.get("description")]
    assert silent == []


def _reference() -> str:
    return REFERENCE.read_text("utf-8")


MAIL = {"GOTOVO_SMTP_HOST": "smtp.shop.ru", "GOTOVO_MAIL_FROM": "Магазин «Ромашка» <a@shop.ru>"}


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_mail_server_has_the_usual_port_of_its_protection(
    here: Path, security: str, port: int
) -> None:
    given = {"HOME": str(here), **MAIL, "GOTOVO_SMTP_SECURITY": security}
    settings = load_settings(given)
    assert settings.smtp_address == ("smtp.shop.ru", port)
    assert settings.sender == ("Магазин «Ромашка»", "a@shop.ru")
    assert load_settings({**given, "GOTOVO_SMTP_PORT": "2525"}).smtp_address[1] == 2525


def test_the_file_of_the_mail_password_is_found_from_the_home(here: Path) -> None:
    account = {"GOTOVO_SMTP_USER": "a", "GOTOVO_SMTP_PASSWORD_FILE": "~/mail"}
    settings = load_settings({"HOME": "/alina", **MAIL, **account})
    assert settings.smtp_password_file == "/alina/mail"
    local = {"GOTOVO_SMTP_HOST": "127.0.0.1", "GOTOVO_SMTP_SECURITY": "none"}
    assert load_settings({"HOME": str(here), **MAIL, **account, **local}).smtp_user == "a"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"SMTP_HOST": "smtp.shop.ru:587"}, "^smtp_host: 'smtp.shop.ru:587': Expected a name"),
        ({"SMTP_HOST": "smtp://shop.ru"}, "^smtp_host: "),
        ({"MAIL_FROM": ""}, "^mail_from: '': Expected Shop <orders@shop.ru>"),
        ({"MAIL_FROM": "orders"}, "^mail_from: "),
        ({"MAIL_FROM": "A <a@shop.ru>, B <b@shop.ru>"}, "^mail_from: "),
        ({"MAIL_FROM": "A\r\nBcc: b@shop.ru <a@shop.ru>"}, "^mail_from: "),
        ({"MAIL_FROM": "A\nB <a@shop.ru>"}, "^mail_from: "),
        ({"SMTP_USER": "a"}, "^smtp_user, smtp_password_file: Expected both or neither"),
        ({"SMTP_PASSWORD_FILE": "a"}, "^smtp_user, smtp_password_file: "),
        (
            {"SMTP_USER": "a", "SMTP_PASSWORD_FILE": "a", "SMTP_SECURITY": "none"},
            "^smtp_security: 'none': Expected 'starttls' or 'tls' where there is a password",
        ),
        ({"SMTP_SECURITY": "ssl"}, "GOTOVO_SMTP_SECURITY: 'ssl'"),
        ({"SMTP_PORT": "65536"}, "GOTOVO_SMTP_PORT: '65536'"),
    ],
)
def test_wrong_mail_settings_are_named(here: Path, given: dict[str, str], reason: str) -> None:
    more = {f"GOTOVO_{name}": value for name, value in given.items()}
    with pytest.raises(SettingError, match=reason):
        load_settings({"HOME": str(here), **MAIL, **more})


def test_sms_settings_are_read(here: Path) -> None:
    given = {"GOTOVO_SMS_PRICES": "7=4.50, 998 = 0.085, *=20", "GOTOVO_SMS_TRANSLITERATION": "on"}
    given["GOTOVO_SMS_PASSWORD_FILE"] = "~/sms"
    settings = load_settings({"HOME": "/alina", **given})
    assert {prefix: str(price) for prefix, price in settings.segment_prices.items()} == {
        "7": "4.50",
        "998": "0.085",
        "*": "20",
    }
    assert settings.sms_transliteration
    assert settings.sms_password_file == "/alina/sms"
    assert not load_settings({"HOME": str(here)}).segment_prices


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SMS_PRICES", "7", "^sms_prices: '7': Expected each prefix once, like 7=4.50"),
        ("SMS_PRICES", "7=1, 7=2", "^sms_prices: '7=2': "),
        ("SMS_PRICES", "07=1", "^sms_prices: '07=1': "),
        ("SMS_PRICES", "7=-1", "^sms_prices: '7=-1': "),
        ("SMS_PRICES", "7=1,5", "^sms_prices: '5': "),
        ("SMS_CURRENCY", "rub", "^sms_currency: 'rub': Expected three letters, like RUB"),
        ("SMS_URL", "127.0.0.1:13013", "^sms_url: '127.0.0.1:13013': Expected only scheme, host"),
        ("SMS_URL", "http://127.0.0.1/", "^sms_url: "),
        ("SMS_STATUS_URL", "http://a:hush@b", "^sms_status_url: Expected no password in"),
        ("SMS_TRANSLITERATION", "maybe", "^GOTOVO_SMS_TRANSLITERATION: 'maybe': Expected `bool`"),
    ],
)
def test_wrong_sms_settings_are_named(here: Path, name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingError, match=reason) as refused:
        load_settings({"HOME": str(here), f"GOTOVO_{name}": value})
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("hours", ["09:00-21:00", " 20:00 - 04:00 ", "00:00-00:00", "23:00-00:00"])
def test_the_hours_of_support_are_two_times_of_a_day(here: Path, hours: str) -> None:
    settings = load_settings({"HOME": str(here), "GOTOVO_HELP_HOURS": hours})
    opens, closes = hours_of(settings.help_hours)
    assert f"{opens:%H:%M}-{closes:%H:%M}" == hours.replace(" ", "")
    assert settings.help_answer_minutes == 120


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("HELP_HOURS", "9-21", "^help_hours: '9-21': Expected HH:MM-HH:MM, at least an hour"),
        ("HELP_HOURS", "09:00-24:00", "^help_hours: "),
        ("HELP_HOURS", "09:00-09:30", "^help_hours: "),
        ("HELP_HOURS", "23:30-00:00", "^help_hours: "),
        ("HELP_HOURS", "", "^help_hours: '': "),
        ("HELP_ANSWER_MINUTES", "0", "^GOTOVO_HELP_ANSWER_MINUTES: '0': Expected `int` >= 5"),
        ("HELP_ANSWER_MINUTES", "soon", "^GOTOVO_HELP_ANSWER_MINUTES: 'soon': "),
    ],
)
def test_a_wrong_clock_of_help_is_named(here: Path, name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingError, match=reason):
        load_settings({"HOME": str(here), f"GOTOVO_{name}": value})


TELEGRAM = {"GOTOVO_TELEGRAM_TOKEN_FILE": "~/bot", "GOTOVO_TELEGRAM_BOT": "shop_bot"}


def test_telegram_settings_are_read(here: Path) -> None:
    settings = load_settings({"HOME": "/alina", **TELEGRAM})
    assert settings.telegram_token_file == "/alina/bot"
    assert settings.telegram_mode == "polling"
    assert settings.telegram_api == "https://api.telegram.org"
    webhook = {"GOTOVO_TELEGRAM_MODE": "webhook", "GOTOVO_PUBLIC_URL": "https://my.shop.ru"}
    assert load_settings({"HOME": str(here), **TELEGRAM, **webhook}).telegram_mode == "webhook"
    assert not load_settings({"HOME": str(here)}).telegram_token_file


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"TELEGRAM_BOT": ""}, "^telegram_bot: '': Expected the bot's user name without @"),
        ({"TELEGRAM_BOT": "@shop_bot"}, "^telegram_bot: '@shop_bot': "),
        ({"TELEGRAM_BOT": "shop bot"}, "^telegram_bot: 'shop bot': "),
        ({"TELEGRAM_MODE": "push"}, "^GOTOVO_TELEGRAM_MODE: 'push': "),
        ({"TELEGRAM_MODE": "webhook"}, "^telegram_mode: 'webhook': Expected public_url with https"),
        ({"TELEGRAM_API": "http://bots.shop.ru"}, "^telegram_api: .*Expected https://"),
        ({"TELEGRAM_API": "https://bots.shop.ru/x"}, "^telegram_api: .*Expected only scheme"),
        ({"TELEGRAM_API": ""}, "^telegram_api: '': Expected https://"),
    ],
)
def test_wrong_telegram_settings_are_named(here: Path, given: dict[str, str], reason: str) -> None:
    more = {f"GOTOVO_{name}": value for name, value in given.items()}
    with pytest.raises(SettingError, match=reason):
        load_settings({"HOME": str(here), **TELEGRAM, **more})
