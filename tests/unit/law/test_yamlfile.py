"""Law files are read without guessing."""

import pytest

from app.law.yamlfile import NotReadable, read


def test_only_numbers_truth_and_nothing_are_guessed() -> None:
    """NO stays a word, a date stays text, 8 is a number and "8" is not."""
    assert read('a: NO\nb: 8\nc: "8"\nd: 2019-04-01\ne: true\nf: off\ng:\nh: 1.5\ni: 010\nj: 08\nk: -3\n') == {
        "a": "NO",
        "b": 8,
        "c": "8",
        "d": "2019-04-01",
        "e": True,
        "f": "off",
        "g": None,
        "h": "1.5",
        "i": "010",
        "j": "08",
        "k": -3,
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\na: 2", "line 2: the key a stands twice"),
        ("1: a", "line 1: a key is a word"),
        ("a: [1", "line 2: did not find expected"),
        ("a: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("a: 1\n---\nb: 2", "line 2: but found another document"),
        ("a: &x 1\nb: *x", "line 2: an alias stands for another text"),
        ("a: &x [*x]", "line 1: an alias"),
        ("a: \x00", "unacceptable character|control characters|special characters"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_in_one_line(text: str, why: str) -> None:
    """A repeated key, a key that is no word, broken text, tags and several documents are refused, saying where."""
    with pytest.raises(NotReadable, match=why) as caught:
        read(text)

    assert "\n" not in str(caught.value)
