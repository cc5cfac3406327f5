"""What a request presents of its sender, before anything is believed: tokens, proofs, certificates, address."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Presented:
    """The headers that say who is calling, each as often as it came, and from where they came."""

    authorization: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    peer: str = ""
    method: str = "GET"
    path: str = "/"
