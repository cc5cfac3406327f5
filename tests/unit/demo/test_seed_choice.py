"""Choices that follow from a seed."""

from collections import Counter

from app.demo.seed_choice import Choices, shuffled


def test_choice_is_the_same_each_time() -> None:
    """The same case and name give the same number on every machine."""
    assert [Choices("IS-0001").within(name, 1, 1000) for name in ("age", "offence", "age")] == [812, 981, 812]


def test_weights_are_kept_over_many_cases() -> None:
    """What weighs three times as much is chosen about three times as often."""
    chosen = Counter(Choices(str(number)).weighted("thing", {"often": 3, "seldom": 1}) for number in range(2000))

    assert 1400 < chosen["often"] < 1600


def test_shuffled_keeps_every_thing() -> None:
    """Order alone changes."""
    things = list(range(50))

    mixed = shuffled(things, "an order")

    assert mixed != things
    assert sorted(mixed) == things
