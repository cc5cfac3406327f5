"""Whether a caller would rather have a page or JSON. Pure; that it accepts one of them at all is the guard's."""

import re

_QUALITY = re.compile(r"[0-9](?:\.[0-9]{0,3})?")  # RFC 9110, 12.4.2
_HTML = ("text/html", "text/*", "*/*")
_JSON = ("application/json", "application/*", "*/*")


def prefers_html(accept: str | None) -> bool:
    """Return whether HTML is wanted more than JSON; where both are wanted alike, JSON is answered."""
    weights = _weights(accept or "*/*")
    return _weight(weights, _HTML) > _weight(weights, _JSON)


def _weights(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(","):
        kind, *terms = (one.strip().lower() for one in part.split(";"))
        quality = next((term.removeprefix("q=") for term in terms if term.startswith("q=")), "1")
        found[kind] = float(quality) if _QUALITY.fullmatch(quality) else 0.0
    return found


def _weight(weights: dict[str, float], kinds: tuple[str, ...]) -> float:
    """Return the weight of the most specific kind that the caller names."""
    return next((weights[kind] for kind in kinds if kind in weights), 0.0)
