"""The interactive description at `/docs`, whole without the internet.

Swagger UI's own files come from a package of the environment. Nothing is loaded from elsewhere, no script is written
into the page, and the Content-Security-Policy holds the browser to that.
"""

from importlib.resources import files

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  validatorUrl: null,
});
"""


def mount_docs(app: FastAPI) -> None:
    """Serve `/docs` and the four things it needs; `app` must serve its description at `/openapi.json`."""
    assets = files("fastapi_offline") / "static"
    script = (assets / "swagger-ui-bundle.js").read_bytes()
    style = (assets / "swagger-ui.css").read_bytes()
    page = PAGE.format(title=app.title.replace("<", "&lt;"))
    _serve(app, "/docs", "text/html; charset=utf-8", page.encode())
    _serve(app, "/docs/start.js", "text/javascript; charset=utf-8", START.encode())
    _serve(app, "/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8", script)
    _serve(app, "/docs/swagger-ui.css", "text/css; charset=utf-8", style)


def _serve(app: FastAPI, path: str, media_type: str, content: bytes) -> None:
    headers = {
        "Content-Type": media_type,
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }

    async def answer(_: Request) -> Response:
        return Response(content, headers=headers)

    app.add_route(path, answer, methods=["GET"], include_in_schema=False)
