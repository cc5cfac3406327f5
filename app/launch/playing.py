"""The demonstration: its invented cases, and its story played against a service that runs."""

import asyncio
import os
import sys

import httpx

from app.clock import SystemClock, today
from app.demo.data import load
from app.demo.seed_acts import DemonstrationBroken
from app.demo.story import play
from app.demo.teller import StoryBroken
from app.launch.errors import LaunchError
from app.launch.settings import local_settings, with_database
from app.launch.urls import read_url
from app.law.book import LawBook


def load_demonstration() -> None:
    """Load the invented cases into the database of `DATABASE_URL`, as the application; those that are there stay.

    Raises:
        LaunchError: a step was not answered as it should be.

    """
    database = read_url(os.environ.get("DATABASE_URL", ""), "DATABASE_URL")
    try:
        _say(str(asyncio.run(load(with_database(local_settings(), database), LawBook.load()))))
    except DemonstrationBroken as error:
        raise LaunchError(f"The demonstration data: {error}") from None


def play_story(base_url: str) -> None:
    """Tell the story on standard output.

    Raises:
        LaunchError: a step was not answered as the contract says, or nobody answers there.

    """
    try:
        play(base_url.rstrip("/"), _say, today(SystemClock()))
    except StoryBroken as error:
        raise LaunchError(str(error)) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise LaunchError("BASE_URL is not a URL; it looks like http://127.0.0.1:8000") from None
    except httpx.TransportError as error:
        why = type(error).__name__
        raise LaunchError(f"No service answers at {base_url} ({why}); is `make run` running?") from None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
