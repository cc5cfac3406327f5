"""Telling uv what pip has been told."""

from pathlib import Path

import pytest

from tools.install import uv_settings


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with a uv that has been told nothing."""
    for name in (
        "UV_DEFAULT_INDEX",
        "UV_INDEX",
        "UV_FIND_LINKS",
        "UV_INSECURE_HOST",
        "UV_INDEX_STRATEGY",
        "SSL_CERT_FILE",
    ):
        monkeypatch.delenv(name, raising=False)


def test_settings_of_pip_are_said_in_the_words_of_uv() -> None:
    """An index, a second one and a certificate of pip's reach uv."""
    pip = {"index-url": "https://one.test/simple", "extra-index-url": "https://two.test/simple", "cert": "/ca.pem"}

    told = uv_settings(pip)

    assert told["UV_DEFAULT_INDEX"] == "https://one.test/simple"
    assert told["UV_INDEX"] == "https://two.test/simple"
    assert told["SSL_CERT_FILE"] == "/ca.pem"


def test_what_uv_was_told_itself_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who set uv's own variable meant it."""
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.test/simple")

    told = uv_settings({"index-url": "https://one.test/simple"})

    assert "UV_DEFAULT_INDEX" not in told


def test_folders_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    """A missing folder is a fault to uv, where pip passes over it."""
    told = uv_settings({"extra-index-url": f"file:///nowhere/simple file://{tmp_path}", "find-links": "/nowhere"})

    assert told["UV_INDEX"] == f"file://{tmp_path}"
    assert "UV_FIND_LINKS" not in told
