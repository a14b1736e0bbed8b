"""A worker that does the background work and serves nobody."""

import faulthandler
import os
import sys

import uvloop

from gotovo.assembly.background import open_background
from gotovo.assembly.logs import open_log
from gotovo.assembly.runtime import open_runtime
from gotovo.assembly.settings_record import record_settings
from gotovo.keyring.sources import SecretFileError
from gotovo.settings_sources import load_settings
from gotovo.store.postgres.errors import StoreError
from gotovo.supervision.link import WorkerLink, inherited_link


async def work(link: WorkerLink) -> bool:
    """Work until the supervisor asks to stop; return False when the database can't be opened."""
    link.open()
    settings = load_settings(os.environ)
    open_log(settings.log_level, settings.log_format)
    try:
        async with (
            open_runtime(settings, settings.database_url, on_replaced=link.stop) as runtime,
            open_background(runtime),
        ):
            await record_settings(runtime)
            link.ready()
            await link.stopping.wait()
    except (StoreError, SecretFileError) as error:
        link.failed(str(error))
        return False
    return True


def main() -> None:
    """Run as a worker of the supervisor."""
    link = inherited_link()
    faulthandler.enable()  # a worker that hangs is aborted, and writes where it hung
    sys.exit(not uvloop.run(work(link)))


if __name__ == "__main__":
    main()
