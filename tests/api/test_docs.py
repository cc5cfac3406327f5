"""The interactive description works with no internet and no loose script."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.http.docs import mount_docs
from tests.serving import serving


@pytest.fixture
async def docs() -> AsyncIterator[httpx.AsyncClient]:
    """Serve nothing but the description."""
    app = FastAPI(title="Title <b>", docs_url=None, redoc_url=None)
    mount_docs(app)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url) as client:
        yield client


async def test_docs_page_loads_only_what_this_service_serves(docs: httpx.AsyncClient) -> None:
    """Every file that the page names is a path of this service, and is there."""
    named = re.findall(r'(?:src|href)="([^"]+)"', (await docs.get("/docs")).text)

    assert named
    assert [path for path in named if not path.startswith(("/docs/", "data:"))] == []
    assert {(await docs.get(path)).status_code for path in named if path.startswith("/")} == {200}


async def test_docs_page_holds_no_script_and_forbids_any_other(docs: httpx.AsyncClient) -> None:
    """No script stands in the page, and the policy allows none but our own files, without eval."""
    page = await docs.get("/docs")

    policy = page.headers["content-security-policy"]
    assert re.findall(r"<script[^>]*>[^<]", page.text) == []
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


async def test_docs_page_escapes_its_title(docs: httpx.AsyncClient) -> None:
    """A title is text."""
    page = await docs.get("/docs")

    assert "<b>" not in page.text
