"""The floor of memory: a FastAPI application with an SQLAlchemy engine that has spoken to the database."""

import os
import socket

import uvicorn
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI()
engine = create_async_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"))


@app.get("/health/readiness")
async def ready() -> dict[str, str]:
    """Ask the database for one thing."""
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    return {"status": "UP"}


def main() -> None:
    """Serve until a signal ends it."""
    with socket.socket(fileno=int(os.environ["LISTENING"])) as address:
        config = uvicorn.Config(app, access_log=False, log_level="warning", http="httptools", loop="uvloop")
        uvicorn.Server(config).run(sockets=[address])


if __name__ == "__main__":
    main()
