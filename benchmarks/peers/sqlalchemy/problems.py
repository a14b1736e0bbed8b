"""Why something was not done, as RFC 9457 says it."""

from fastapi import Request
from fastapi.responses import JSONResponse


class Problem(Exception):
    """A refusal with its status; what was begun for the request is rolled back."""

    def __init__(self, status: int, code: str) -> None:
        """Refuse with this code, the end of the problem's type."""
        super().__init__(code)
        self.status = status
        self.code = code


async def answer_problem(_: Request, problem: Exception) -> JSONResponse:
    """Return the refusal as JSON."""
    assert isinstance(problem, Problem), problem
    body = {"type": f"/problems/{problem.code}", "title": problem.code, "status": problem.status}
    return JSONResponse(body, problem.status, media_type="application/problem+json")
