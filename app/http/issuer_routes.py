"""The two routes of the local issuer: a token for a demo client, and the key set."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from app.http.checks import receive_body
from app.http.guard import guarded_router, open_to_all
from app.http.openapi import problem
from app.identity.local_issuer import LIFETIME, LocalIssuer, authenticated_client, grant_type

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                    },
                }
            }
        },
    }
}
_REFUSAL = {
    "description": "An error as OAuth 2 writes it (RFC 6749, 5.2); what is no request of HTTP is a problem here too.",
    "content": {"application/json": {"schema": {"type": "object", "required": ["error"]}}},
}
_ANSWERS: dict[int | str, dict[str, Any]] = {400: _REFUSAL, 401: _REFUSAL, 408: problem(408), 413: problem(413)}


def issuer_router(issuer: LocalIssuer) -> APIRouter:
    """Return the routes of a local issuer."""
    router = guarded_router("Local tokens")

    @router.post("/oauth2/token", summary="Get a token (local mode only)", openapi_extra=_FORM, responses=_ANSWERS)
    @open_to_all
    async def post_token(request: Request) -> JSONResponse:
        """Give a demo client a bearer token for its id and secret, in form fields or as Basic (RFC 6749, 4.4)."""
        form, trouble = await receive_body(request, seconds=10)
        if trouble is not None:
            raise trouble
        if grant_type(form) != "client_credentials":
            return _refused(400, "unsupported_grant_type")
        client = authenticated_client(request.headers.get("authorization"), form)
        if client is None:
            return _refused(401, "invalid_client")
        token = issuer.token_for(client)
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())},
            headers={"Pragma": "no-cache"},
        )

    @router.get("/.well-known/jwks.json", summary="Read the key set (local mode only)")
    @open_to_all
    async def get_keys() -> JSONResponse:
        """Give the public keys that tokens are checked against."""
        return JSONResponse({"keys": [issuer.jwk]})

    return router


def _refused(status: int, error: str) -> JSONResponse:
    # OAuth 2 has its own form of error (RFC 6749, 5.2), which its clients expect here.
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else None  # noqa: PLR2004
    return JSONResponse({"error": error}, status_code=status, headers=headers)
