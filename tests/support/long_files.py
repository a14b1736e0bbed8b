"""Which test files take longest, on an idle machine with two processors.

The workers take file after file. Begun last, one of these would keep a worker busy while the other
has nothing left to do. `pytest --durations=50` tells when the list is out of date; a file that is
missing here costs a little time and nothing else.
"""

from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]

LONGEST_FIRST: Final = (
    "browser/test_every_page.py",
    "web/test_hostile.py",
    "faults/test_kill.py",
    "webhooks/test_killed_workers.py",
    "docs/test_operating_commands.py",
    "releases/test_upgrade.py",
    "releases/test_build.py",
    "faults/test_secret_rotation.py",
    "faults/test_supervision.py",
    "docs/test_upgrade_page.py",
    "faults/test_point_in_time.py",
    "browser/test_desk_shell.py",
    "browser/test_keyboard.py",
    "browser/test_live.py",
    "bench/measures/test_server.py",
    "browser/test_acts.py",
    "wire/test_guessing.py",
    "browser/test_strangers.py",
    "browser/test_journeys.py",
    "wire/test_stopping.py",
    "browser/test_app.py",
    "store/embedded/test_accounts.py",
    "store/embedded/test_server.py",
    "wire/test_fair_shares.py",
    "api/test_authorisation.py",
    "web/customer/sign_in/test_sending.py",
    "api/test_schemathesis.py",
)

_PLACES: Final = {TESTS / path: place for place, path in enumerate(LONGEST_FIRST)}


def place_in_run(path: Path) -> int:
    """Return where the tests of a file stand in a run; those that are not long stand last."""
    return _PLACES.get(path, len(_PLACES))
