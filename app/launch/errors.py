"""The one error of the launcher."""


class LaunchError(Exception):
    """The service cannot start; the message is one line for the person who started it, without any secret."""
