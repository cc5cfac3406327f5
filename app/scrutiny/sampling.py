"""Draws a sample that nobody can steer and anybody can check.

Decides which entries of a frozen frame are drawn and in which order the reserves follow. Does not decide how many
belong to each stratum (`allocation`), what a panel may see (`anonymity`), or who may draw (`service`).

Every digest is SHA-256 over UTF-8, written as bare lower-case hex, so that `printf '%s' "$text" | sha256sum` gives
the same:

    entry   = SHA-256(salt + "|" + case id)     published instead of the case id, which stays unknown
    seed    = contributions in order, joined by "|", + "|" + nonce
    ticket  = SHA-256(seed + "|" + entry)       the smallest tickets of each stratum are drawn

A ticket depends on its own entry alone. So withdrawing a case reshuffles no other, and whoever cannot sit on a case
is given the next reserve.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from typing import NamedTuple

ALGORITHM = "sha256-ticket/1"
SEPARATOR = "|"
_DIGITS = 64  # of a ticket


@dataclass(frozen=True, slots=True)
class FrameEntry:
    """One case of a frozen frame: its opaque entry and the stratum in which it competes."""

    entry: str
    stratum: str


class Ticket(NamedTuple):
    """An entry with the ticket that a seed gives it."""

    entry: str
    ticket: str
    stratum: str


@dataclass(frozen=True)
class Draw:
    """The entries drawn and those in reserve: by stratum, within it by ticket, smallest first.

    The reserves are put in order when they are asked for: of a million cases that takes longer than to draw twenty.
    """

    drawn: tuple[Ticket, ...]
    tickets: Mapping[str, Sequence[str]]
    allocation: Mapping[str, int]

    @cached_property
    def reserves(self) -> tuple[Ticket, ...]:
        """Return the entries that were not drawn."""
        return tuple(
            _read(one, stratum)
            for stratum, tickets in sorted(self.tickets.items())
            for one in sorted(tickets)[self.allocation[stratum] :]
        )


class FrameError(ValueError):
    """A frame and an allocation that do not fit each other, or an entry that stands twice."""


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry_of(case_id: str, *, salt: str) -> str:
    """Return the opaque entry that stands for a case in one frame; without the salt it tells nothing of the case."""
    return sha256_hex(salt + SEPARATOR + case_id)


def commitment_of(nonce: str) -> str:
    """Return what is published at the freeze, so that the nonce cannot be changed before the draw."""
    return sha256_hex(nonce)


def frame_digest_of(entries: Iterable[str]) -> str:
    """Return the digest of a frame: its sorted entries, each followed by a line feed."""
    return sha256_hex("".join(f"{entry}\n" for entry in sorted(entries)))


def strata_digest_of(frame: Iterable[FrameEntry]) -> str:
    """Return the digest of the sorted lines `entry|stratum`, so that no case can change stratum after the freeze."""
    return sha256_hex("".join(sorted(f"{item.entry}{SEPARATOR}{item.stratum}\n" for item in frame)))


def seed_of(contributions: Sequence[str], *, nonce: str) -> str:
    """Return the seed: the values given in the meeting, in order, then the nonce committed to at the freeze."""
    return SEPARATOR.join([*contributions, nonce])


def ticket_of(entry: str, *, seed: str) -> str:
    """Return the ticket that a seed gives an entry."""
    return sha256_hex(seed + SEPARATOR + entry)


def stratum_of(values: Iterable[str]) -> str:
    """Return a stratum's name: its values, in the order in which the frame names the dimensions."""
    return SEPARATOR.join(values)


def draw(frame: Sequence[FrameEntry], *, seed: str, allocation: Mapping[str, int]) -> Draw:
    """Return who is drawn: in each stratum as many as allocated, smallest ticket first; the others are its reserves.

    Raises FrameError if an entry stands twice, a stratum has no allocation, or an allocation more than its stratum
    holds.
    """
    _refuse_repeated(frame)
    _refuse_misfit(frame, allocation)
    tickets = _tickets(frame, seed=seed)
    drawn = tuple(
        _read(one, stratum) for stratum, held in sorted(tickets.items()) for one in nsmallest(allocation[stratum], held)
    )
    return Draw(drawn, tickets, allocation)


def _tickets(frame: Sequence[FrameEntry], *, seed: str) -> dict[str, list[str]]:
    """Return the tickets of each stratum, each followed by its entry, so that they sort by ticket and then by entry."""
    tickets: defaultdict[str, list[str]] = defaultdict(list)
    for item in frame:
        tickets[item.stratum].append(ticket_of(item.entry, seed=seed) + item.entry)
    return tickets


def _read(ticket: str, stratum: str) -> Ticket:
    return Ticket(ticket[_DIGITS:], ticket[:_DIGITS], stratum)


def _refuse_repeated(frame: Sequence[FrameEntry]) -> None:
    if len({item.entry for item in frame}) != len(frame):
        raise FrameError("an entry stands twice in the frame")


def _refuse_misfit(frame: Sequence[FrameEntry], allocation: Mapping[str, int]) -> None:
    populations = populations_of(frame)
    if populations.keys() != allocation.keys():
        raise FrameError("the allocation and the frame name different strata")
    if any(not 0 <= allocation[stratum] <= held for stratum, held in populations.items()):
        raise FrameError("an allocation is negative or more than its stratum holds")


def populations_of(frame: Iterable[FrameEntry]) -> dict[str, int]:
    """Return how many cases each stratum of a frame holds, by stratum in order."""
    return dict(sorted(Counter(item.stratum for item in frame).items()))
