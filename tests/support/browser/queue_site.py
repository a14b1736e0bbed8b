"""A page with the desk's queue of commands, and a server that takes them or cannot be reached."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

from playwright.async_api import BrowserContext, Page, Route

FRONTEND: Final = Path(__file__).parents[3] / "frontend"
ADDRESS: Final = "http://localhost:1"
"""Nobody listens there: every request of the page is answered here."""

_PAGE: Final = (
    '<!doctype html><meta charset="utf-8"><script type="module" src="/queue.js"></script>'
)


class QueueSite:
    """What the page's server has been sent; while `is_reachable` is false nothing arrives."""

    def __init__(self, script: str) -> None:
        self.is_reachable = True
        self.loses_answers = False
        self.arrived: list[dict[str, Any]] = []
        self._script = script
        self._done: set[str] = set()

    async def open(self, context: BrowserContext) -> Page:
        """Open a tab with the queue."""
        page = await context.new_page()
        await page.goto(ADDRESS)
        await page.wait_for_function("document.title === 'ready'")
        return page

    async def serve(self, context: BrowserContext) -> None:
        """Answer every request of the tabs of a context."""
        await context.route("**/*", self._answer)

    @property
    def indexes(self) -> list[int]:
        """The commands that were done, each once, in the order of their arrival."""
        return [each["body"]["index"] for each in self.arrived if each["is_first"]]

    async def _answer(self, route: Route) -> None:
        request = route.request
        if request.url.endswith("/queue.js"):
            await route.fulfill(body=self._script, content_type="text/javascript")
        elif "/api/" not in request.url:
            await route.fulfill(body=_PAGE, content_type="text/html")
        elif not self.is_reachable:
            await route.abort("internetdisconnected")
        else:
            key = request.headers["idempotency-key"]
            body = json.loads(request.post_data or "{}")
            self.arrived.append({"key": key, "body": body, "is_first": key not in self._done})
            self._done.add(key)
            if self.loses_answers:
                await route.abort("connectionreset")
            else:
                await route.fulfill(json={"number": "643112090560"})


def bundled_queue(folder: Path) -> str:
    """Return the script of the page, bundled as the desk is."""
    script = folder / "queue.js"
    source = FRONTEND / "tests" / "queue" / "browser_page.ts"
    arguments = ("--bundle", "--format=esm", "--target=es2022", f"--outfile={script}")
    npm = (str(FRONTEND / "npm"), "exec", "--offline", "--", "esbuild")
    subprocess.run([*npm, str(source), *arguments, "--log-level=error"], check=True, timeout=120)
    return script.read_text("utf-8")
