"""Playing the demonstration's story against a service that runs."""

import sys

import httpx

from app.clock import SystemClock, today
from app.demo.story import play
from app.demo.teller import StoryBroken
from app.launch.errors import LaunchError


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
