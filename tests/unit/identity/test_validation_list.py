"""The list of what a token is held to (NCSC, RFC 8725, 9068, 8705, 9449), and the test of each of its lines.

A line whose test is renamed or removed fails here, so that the list stays whole.
"""

import ast
from pathlib import Path

import pytest

from tests.unit.identity.test_keys import HOSTILE
from tests.unit.identity.test_tokens import FORGED, NOT_SHOWN, PROOFS, SOUND

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
IDS = set(FORGED) | set(HOSTILE) | set(SOUND)
IDS |= {f"proof: {one}" for one in PROOFS} | {f"certificate: {one}" for one in NOT_SHOWN}
LINES: dict[str, tuple[str, ...]] = {
    "alg from a list of ours": ("no algorithm", "NONE in capitals", "a shared secret", "an algorithm that is not ours"),
    "alg fits the key": ("an algorithm of another family than the key's", "an EC token that names an RSA key"),
    "public key as HMAC secret": ("the public key as a secret",),
    "typ is at+jwt": ("no type", "an ID token", "a client assertion"),
    "exact iss; an issuer that was removed": ("another issuer", "an issuer with a slash more", "no issuer"),
    "aud holds our id": ("another audience", "no audience", "several audiences"),
    "exp": ("expired beyond the skew", "no expiry", "an expiry that is text", "an expiry that never comes"),
    "nbf": ("not valid yet", "no nbf"),
    "iat": ("issued in the future", "no time of issue"),
    "skew of 30 seconds": ("expired within the skew", "early within the skew"),
    "jti": ("no id",),
    "client_id known and active": ("no client", "test_client_that_is_unknown_or_barred_is_refused"),
    "jku, x5u, x5c and jwk are not looked at": (
        "its own key in it",
        "where to fetch its key",
        "where to fetch its certificate",
        "its own certificate in it",
    ),
    "kid is opaque": ("a key id that is a path", "a key id that is SQL", "a key id of 10 kB", "a key id with NUL"),
    "unknown crit": ("an extension that is critical",),
    "duplicate header keys": ("a header key twice",),
    "more than 8 kB": ("8 kB and more",),
    "cnf.x5t#S256": (
        "test_token_bound_to_the_certificate_shown_is_read",
        "test_token_bound_to_another_certificate_is_refused",
        "bound to a certificate that was not shown",
    ),
    "certificates from the proxy alone": ("certificate: from an address that is no proxy", "certificate: twice"),
    "cnf.jkt": ("test_token_with_its_proof_is_read", "proof: another key's", "bound to a key that was not proved"),
    "htm": ("proof: another method",),
    "htu": ("proof: another path", "proof: another host"),
    "iat of a proof": ("proof: too old", "proof: from the future"),
    "jti of a proof, once": ("proof: no id", "test_proof_is_good_once"),
    "ath": ("proof: another token's", "proof: no hash of the token"),
    "a bound token as a bearer token": ("test_bound_token_is_no_bearer_token",),
    "binding where it is required": ("test_unbound_token_is_refused_where_binding_is_required",),
    "scope insufficient: 403": ("test_every_role_is_refused_what_is_not_its_own",),
    "unknown kid: one fetch in 30 seconds": (
        "test_storm_of_invented_ids_asks_the_provider_once",
        "test_unknown_id_is_asked_for_again_after_thirty_seconds",
    ),
    "rotation": (
        "test_old_key_is_good_beside_the_new_while_both_are_published",
        "test_key_that_was_withdrawn_dies_with_the_next_refresh",
    ),
    "provider down: cached, then 503": ("test_absent_provider_is_bridged_for_a_day",),
    "key set over 64 kB, slow, redirecting": (
        "too much",
        "a redirect",
        "test_provider_that_never_answers_is_not_waited_for",
    ),
    "the same kid of another's key": ("another's signature",),
    "claims under the names that are set": ("test_claims_are_found_under_the_names_that_are_set",),
}


def _names_of_tests() -> set[str]:
    files = [*HERE.glob("test_*.py"), ROOT / "tests/api/test_authorisation_matrix.py"]
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for tree in trees for node in tree.body if isinstance(node, functions)}


@pytest.mark.parametrize("line", LINES, ids=str)
def test_line_of_the_list_has_its_test(line: str) -> None:
    """Each is a case of its own, named by what it is."""
    known = IDS | _names_of_tests()

    assert [one for one in LINES[line] if one not in known] == []
