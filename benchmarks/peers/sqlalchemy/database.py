"""The engine of one worker, a session per request, and the seed data of an empty database."""

import os
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated

import asyncpg
from fastapi import Depends
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from models import ApiKey, Model, Point, Stock

CONNECTIONS = int(os.environ.get("CONNECTIONS", "8"))
"""A worker's: more of them only wait for each other on two cores."""

SKUS = 1_000
UNITS = 10**9


async def _connect() -> "asyncpg.Connection":
    settings = {"jit": "off", "timezone": "UTC"}
    return await asyncpg.connect(os.environ["DATABASE_URL"], server_settings=settings)


engine = create_async_engine(
    "postgresql+asyncpg://",
    async_creator=_connect,
    pool_size=CONNECTIONS,
    max_overflow=0,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def session() -> AsyncIterator[AsyncSession]:
    """Give a request its session; what it did not commit is rolled back."""
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


async def prepare(token: str) -> None:
    """Make an empty database ready to be sold from: one point, goods and one key."""
    async with engine.begin() as connection:
        await connection.run_sync(Model.metadata.create_all)
        await connection.execute(insert(Point), [{"code": "KZN-1", "title": "На Баумана"}])
        goods = [{"sku": f"SKU-{number:05}", "on_hand": UNITS} for number in range(SKUS)]
        await connection.execute(insert(Stock), goods)
        digest = sha256(token.encode()).digest()
        await connection.execute(
            insert(ApiKey), [{"token_sha256": digest, "name": "bench", "role": "admin"}]
        )
    await engine.dispose()
