"""One human is one person, through however many accounts: how persons are recognised in tokens."""

import pytest

from app.errors import Unauthenticated
from app.settings import ClaimNames
from tests.unit.identity.test_tokens import a_reader, a_token, read

pytestmark = pytest.mark.anyio
TWO_ACCOUNTS = (frozenset({"jo.police", "jo.council"}),)


async def test_person_is_known_by_the_claim_whatever_the_account() -> None:
    """A seconded officer has an account of each agency and one warrant number."""
    police = await read(a_token(user_name="jo.police", agency="POLICE", person="MPS-1234"))
    council = await read(a_token(user_name="jo.council", agency="YJS", person="MPS-1234"))

    assert police.person_key == council.person_key
    assert police.account_key != council.account_key


async def test_person_is_known_by_the_account_without_the_claim() -> None:
    """As before; and the account stays one of the keys when the claim comes."""
    before = await read(a_token(user_name="jo.police"))
    after = await read(a_token(user_name="jo.police", person="MPS-1234"))

    assert before.person_key in after.person_keys
    assert before.person_key != after.person_key


async def test_accounts_that_the_deployment_joins_are_one_person() -> None:
    """For a provider that cannot say so; another's account is not joined."""
    reader = a_reader(same_person=TWO_ACCOUNTS)
    police = await read(a_token(user_name="jo.police"), reader)
    council = await read(a_token(user_name="jo.council"), reader)
    other = await read(a_token(user_name="sam.council"), reader)

    assert police.person_keys == council.person_keys
    assert not police.person_keys & other.person_keys


async def test_claim_goes_by_the_name_that_is_set() -> None:
    """`oid` of one provider, an attribute of another."""
    reader = a_reader(claims=ClaimNames(person="oocd.warrant"))

    caller = await read(a_token(oocd={"warrant": "MPS-1234"}), reader)

    assert caller.person == "MPS-1234"


@pytest.mark.parametrize("person", [None, "", 1, ["MPS-1234"], "MPS\n1234"], ids=str)
async def test_person_without_a_sound_claim_is_refused_where_it_is_required(person: object) -> None:
    """Else the one account that lacks it would be a second person."""
    with pytest.raises(Unauthenticated):
        await read(a_token(person=person), a_reader(person_required=True))


async def test_machine_needs_no_claim_of_a_person() -> None:
    """It is nobody, and speaks for nobody."""
    caller = await read(a_token(user_name=None), a_reader(person_required=True))

    assert caller.person_key == caller.account_key
    assert "#" in caller.person_key


async def test_claim_cannot_make_one_person_another() -> None:
    """No user name and no claim come out as the key of somebody else."""
    by_name = await read(a_token(user_name="MPS-1234"))
    by_claim = await read(a_token(user_name="p", person="MPS-1234"))

    assert by_name.person_key != by_claim.person_key
