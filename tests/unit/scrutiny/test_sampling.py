"""The draw: published vectors, and what nobody can change without its showing."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scrutiny import sampling
from app.scrutiny.sampling import FrameEntry, FrameError, draw, sha256_hex

SEED = "2026-11-21|panel-1|beacon:42"
IDS = [f"OOCD-{number:04}" for number in range(1, 13)]
FRAME = [FrameEntry(entry, "ALL") for entry in IDS]


def rivest_pick(seed: str, i: int, total: int) -> int:
    """Pick as Rivest's sampler of 2011 does, with our reading of text into a digest."""
    return 1 + int(sha256_hex(f"{seed},{i}"), 16) % total


@pytest.mark.parametrize(
    ("seed", "total", "picks"),
    [
        ("1", 1000, (97, 89, 163)),
        ("0", 2, (1, 1, 2)),
        ("0", 1000, (905, 573, 160)),
        ("0000000000", 1000, (978, 359, 132)),
        ("abcde", 1000, (247, 427, 157)),
        ("snowman: \N{SNOWMAN}", 1000, (634, 56, 46)),
    ],
)
def test_digest_agrees_with_rivests_published_vectors(seed: str, total: int, picks: tuple[int, ...]) -> None:
    """Text becomes a digest exactly as in the sampler that election auditors use, beyond ASCII too."""
    assert tuple(rivest_pick(seed, i, total) for i in (1, 2, 3)) == picks


def test_draw_takes_smallest_tickets_in_order() -> None:
    """The order of the twelve entries under a known seed."""
    expected = ["0002", "0010", "0009", "0005", "0003", "0007", "0008", "0006", "0001", "0004", "0012", "0011"]

    done = draw(FRAME, seed=SEED, allocation={"ALL": 12})

    assert [ticket.entry.removeprefix("OOCD-") for ticket in done.drawn] == expected
    assert done.drawn[0].ticket.startswith("0acc2be45661")


def test_frame_digest_matches_its_vector() -> None:
    """The digest of the sorted entries, each followed by a line feed, in whatever order they come."""
    expected = "c6b064a17f6a4ade9c49b4f26eac13e5f25ca2f1cc61b2dcccf474cb8a5259bb"

    assert sampling.frame_digest_of(reversed(IDS)) == expected


def test_commitment_matches_its_vector() -> None:
    """The commitment is the SHA-256 of the text itself."""
    assert sampling.commitment_of(SEED) == "f094878d9404f4152b94d0ae3cdc7fad04f20405c9e523d464410d53844d0294"


def test_entry_hides_the_case_id_behind_the_salt() -> None:
    """The entry is the digest of salt, bar and case id, and another salt gives another entry."""
    assert sampling.entry_of("c-1", salt="s") == hashlib.sha256(b"s|c-1").hexdigest()
    assert sampling.entry_of("c-1", salt="t") != sampling.entry_of("c-1", salt="s")


def test_seed_joins_contributions_in_order_then_the_nonce() -> None:
    """The order in which the panel spoke matters, and the nonce comes last."""
    assert sampling.seed_of(["4 6 1", "heron"], nonce="n0") == "4 6 1|heron|n0"


def test_reserves_are_the_next_tickets_of_the_same_stratum() -> None:
    """Whoever is not drawn is in reserve, in ticket order."""
    all_in_order = draw(FRAME, seed=SEED, allocation={"ALL": 12}).drawn

    done = draw(FRAME, seed=SEED, allocation={"ALL": 4})

    assert (done.drawn, done.reserves) == (all_in_order[:4], all_in_order[4:])


def test_draw_takes_from_each_stratum_what_is_allocated() -> None:
    """A stratum competes within itself alone."""
    frame = [FrameEntry(entry, "TRIAGE" if entry > "OOCD-0009" else "OUTCOME_22") for entry in IDS]

    done = draw(frame, seed=SEED, allocation={"TRIAGE": 1, "OUTCOME_22": 2})

    assert [(ticket.stratum, ticket.entry) for ticket in done.drawn] == [
        ("OUTCOME_22", "OOCD-0002"),
        ("OUTCOME_22", "OOCD-0009"),
        ("TRIAGE", "OOCD-0010"),
    ]


@given(removed=st.sampled_from(IDS))
def test_withdrawing_a_case_reshuffles_no_other(removed: str) -> None:
    """The others keep their tickets and their order."""
    before = [item for item in draw(FRAME, seed=SEED, allocation={"ALL": 12}).drawn if item.entry != removed]
    frame = [item for item in FRAME if item.entry != removed]

    after = draw(frame, seed=SEED, allocation={"ALL": 11}).drawn

    assert list(after) == before


@given(frame=st.permutations(FRAME))
def test_order_of_the_frame_does_not_matter(frame: list[FrameEntry]) -> None:
    """Whoever lists the cases cannot steer the draw by the order."""
    done, other = (draw(one, seed=SEED, allocation={"ALL": 5}) for one in (frame, FRAME))

    assert (done.drawn, done.reserves) == (other.drawn, other.reserves)


def test_another_seed_gives_another_draw() -> None:
    """The contributions count: with one of them changed, others are drawn."""
    other = draw(FRAME, seed=SEED + "3", allocation={"ALL": 6})

    assert {item.entry for item in other.drawn} != {
        item.entry for item in draw(FRAME, seed=SEED, allocation={"ALL": 6}).drawn
    }


@pytest.mark.parametrize("allocation", [{}, {"ALL": 13}, {"ALL": -1}, {"ALL": 3, "OTHER": 0}])
def test_draw_refuses_an_allocation_that_does_not_fit(allocation: dict[str, int]) -> None:
    """No stratum without an allocation, none beyond what it holds, none that is not there."""
    with pytest.raises(FrameError):
        draw(FRAME, seed=SEED, allocation=allocation)


def test_draw_refuses_an_entry_that_stands_twice() -> None:
    """A case cannot have two chances."""
    with pytest.raises(FrameError):
        draw([*FRAME, FRAME[0]], seed=SEED, allocation={"ALL": 2})


def test_strata_digest_shows_a_relabelled_case() -> None:
    """Moving one case to another stratum changes what was published at the freeze."""
    relabelled = [FrameEntry(IDS[0], "OTHER"), *FRAME[1:]]

    assert sampling.strata_digest_of(relabelled) != sampling.strata_digest_of(FRAME)


def test_inclusion_is_even_over_many_seeds() -> None:
    """Over 600 seeds every case is drawn about as often as its chance says.

    Chi-square with 11 degrees of freedom: a fair draw exceeds 31.26 once in a thousand times, and this one is fixed.
    """
    draws, size = 600, 4
    seen = dict.fromkeys(IDS, 0)
    for number in range(draws):
        for ticket in draw(FRAME, seed=f"seed {number}", allocation={"ALL": size}).drawn:
            seen[ticket.entry] += 1
    expected = draws * size / len(IDS)

    chi_square = sum((count - expected) ** 2 / expected for count in seen.values())

    assert chi_square < 31.26
