"""How a run is shared out among its workers: the longest files first, and some files together.

The workers take file after file. Begun last, one of those that take longest would keep a worker
busy while the other has nothing left to do. `pytest --durations=50` tells when the list is out of
date; a file that is missing here costs a little time and nothing else.
"""

from pathlib import Path
from typing import Final

from typing_extensions import override
from xdist.scheduler import LoadFileScheduling

TESTS: Final = Path(__file__).parents[1]

TOGETHER: Final = {
    "tests/order/test_allowed.py": "exploration",
    "tests/order/test_told_times.py": "exploration",
    "tests/order/test_lifecycle.py": "exploration",
    "tests/docs/test_lifecycle_drawing.py": "exploration",
}
"""Files that need what is dear to find out and kept for the rest of the process: a worker takes
them as if they were one. `exploration` is every situation of an order."""

TOGETHER_BELOW: Final = {"tests/tidy": "tree"}
"""The same for whole folders: `tree` is the syntax of every file."""

LONGEST_FIRST: Final = (
    "browser/test_every_page.py",
    "order/test_allowed.py",
    "order/test_told_times.py",
    "order/test_lifecycle.py",
    "docs/test_lifecycle_drawing.py",
    "api/test_authorisation.py",
    "api/test_authorised_people.py",
    "releases/test_build.py",
    "browser/test_desk_shell.py",
    "bench/measures/test_server.py",
    "faults/test_secret_rotation.py",
    "web/customer/tracking/test_tracking.py",
    "web/customer/sign_in/test_sending.py",
    "releases/test_upgrade.py",
    "api/test_schemathesis.py",
    "wire/test_workers.py",
    "webhooks/test_killed_workers.py",
    "payments/test_many_notifications.py",
    "faults/test_restore_drill.py",
    "faults/test_supervision.py",
    "browser/test_keyboard.py",
    "wire/test_overload.py",
    "browser/test_live.py",
    "wire/test_unsafe.py",
    "wire/test_guessing.py",
    "webhooks/test_dispatcher.py",
    "browser/test_payment_journey.py",
    "browser/test_journeys.py",
    "store/wal_archive/test_archiver.py",
    "payments/receipts/test_killed_senders_of_receipts.py",
    "order/test_decide_never_raises.py",
    "browser/test_app.py",
    "browser/test_acts.py",
    "order/ledger/test_money_entries.py",
    "store/test_journal_faults.py",
    "store/embedded/test_roles.py",
    "faults/test_kill.py",
    "docs/test_operating_commands.py",
    "faults/test_point_in_time.py",
    "wire/test_stopping.py",
)

_PLACES: Final = {TESTS / path: place for place, path in enumerate(LONGEST_FIRST)}


def place_in_run(path: Path) -> int:
    """Return where the tests of a file stand in a run; those that are not long stand last."""
    return _PLACES.get(path, len(_PLACES))


class FilesTogether(LoadFileScheduling):
    """Gives each file to one worker, and files that share what is dear to the same one."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return TOGETHER.get(file) or TOGETHER_BELOW.get(file.rpartition("/")[0], file)
