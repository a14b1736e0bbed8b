"""Waiting for a server to listen."""

import asyncio


async def listening(port: int) -> None:
    """Return once somebody accepts connections on a port of the loopback."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise AssertionError(port)
