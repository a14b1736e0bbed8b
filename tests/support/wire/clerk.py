"""A desk in a process of its own: many clerks press the button at once, and all print the answer.

python clerk.py URL TOKEN PATH CODE CLERKS NAME
"""

import asyncio
import json
import sys

import httpx


async def press(url: str, token: str, path: str, code: str, clerks: int, name: str) -> list[str]:
    """Return what each clerk was told: the order's stage, or the refusal's code."""
    limits = httpx.Limits(max_connections=clerks)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, limits=limits, headers=headers, timeout=60) as http:
        await asyncio.gather(*(http.get("/healthz") for _ in range(clerks)))
        await asyncio.to_thread(sys.stdin.readline)  # every desk begins when told
        answers = await asyncio.gather(
            *(
                http.post(path, json={"code": code}, headers={"Idempotency-Key": f"{name}-{clerk}"})
                for clerk in range(clerks)
            )
        )
    return [x.json()["stage"] if x.status_code == 200 else x.json()["code"] for x in answers]


if __name__ == "__main__":
    url, token, path, code, clerks, name = sys.argv[1:]
    print(json.dumps(asyncio.run(press(url, token, path, code, int(clerks), name))))  # noqa: T201
