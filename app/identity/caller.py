"""Who is calling, as the token says: the client, the person behind it, agency, grade, roles and areas."""

from dataclasses import dataclass
from enum import StrEnum

from app.db.work import ALL_AREAS, Scope

ROLE_PREFIX = "ROLE_OOCD__"


class Role(StrEnum):
    """What a token lets its bearer do (contract, section 2); written in tokens with `ROLE_OOCD__` before it."""

    REFERRALS_RW = "REFERRALS__RW"
    CASES_RO = "CASES__RO"
    PRE_ASSESSMENTS_RW = "PRE_ASSESSMENTS__RW"
    ADVICE_RO = "ADVICE__RO"
    PANELS_RW = "PANELS__RW"
    OPINIONS_RW = "OPINIONS__RW"
    DECISIONS_RW = "DECISIONS__RW"
    DELIVERY_RW = "DELIVERY__RW"
    SCRUTINY_RO = "SCRUTINY__RO"
    SCRUTINY_SAMPLES_RW = "SCRUTINY_SAMPLES__RW"
    SCRUTINY_FINDINGS_RW = "SCRUTINY_FINDINGS__RW"
    STATISTICS_RO = "STATISTICS__RO"
    POLICY_RW = "POLICY__RW"
    WEBHOOKS_RW = "WEBHOOKS__RW"
    AUDIT_RO = "AUDIT__RO"
    BREAK_GLASS_RW = "BREAK_GLASS__RW"
    IDENTIFICATION_RW = "IDENTIFICATION__RW"
    SAR_DATA_ACCESS = "SAR_DATA_ACCESS"

    @property
    def authority(self) -> str:
        """Return the role as tokens write it."""
        return "ROLE_SAR_DATA_ACCESS" if self is Role.SAR_DATA_ACCESS else ROLE_PREFIX + self.value


AUTHORITIES = {role.authority: role for role in Role}


class Agency(StrEnum):
    """Whose person or system is calling."""

    POLICE = "POLICE"
    YJS = "YJS"
    CPS = "CPS"
    SCRUTINY = "SCRUTINY"
    PARTNER = "PARTNER"


class Grade(StrEnum):
    """How high a person stands; compared by `rank`, never by spelling."""

    PRACTITIONER = "PRACTITIONER"
    MANAGER = "MANAGER"
    SENIOR = "SENIOR"

    @property
    def rank(self) -> int:
        """Return 1 for a practitioner, 2 for a manager, 3 for a senior."""
        return {Grade.PRACTITIONER: 1, Grade.MANAGER: 2, Grade.SENIOR: 3}[self]


@dataclass(frozen=True)
class Caller:
    """The bearer of a valid token.

    `person` is what the provider says a person is known by whatever the account (a warrant or staff number); `accounts`
    are the other accounts that the deployment knows to be the same person's. `followed` are areas that have ended, and
    that the token's areas follow.
    """

    issuer: str
    client_id: str
    user_name: str | None
    agency: Agency | None
    grade: Grade | None
    roles: frozenset[Role]
    areas: frozenset[str]
    person: str | None = None
    accounts: frozenset[str] = frozenset()
    followed: frozenset[str] = frozenset()

    @property
    def is_person(self) -> bool:
        """Return whether a person stands behind the token; a token without `user_name` is a machine's."""
        return self.user_name is not None

    @property
    def account_key(self) -> str:
        """Return what identifies the account: who vouches for its name, and the name; a machine's is its client's."""
        return f"{self.issuer}|{self.user_name}" if self.is_person else f"{self.issuer}#{self.client_id}"

    @property
    def person_key(self) -> str:
        """Return what identifies the person for good, whichever of several accounts is used; the account without."""
        return self.account_key if self.person is None else f"{self.issuer}&{self.person}"

    @property
    def person_keys(self) -> frozenset[str]:
        """Return every key under which the person may have acted: one human is one, through however many accounts."""
        return frozenset({self.account_key, self.person_key, *(f"{self.issuer}|{name}" for name in self.accounts)})

    @property
    def scope(self) -> Scope:
        """Return the rows that a unit of work for this caller may see."""
        return Scope(areas=self.areas | self.followed, client_id=self.client_id, person=self.account_key)

    def has(self, role: Role) -> bool:
        """Return whether the token holds the role."""
        return role in self.roles

    def reaches(self, area: str) -> bool:
        """Return whether the area is one of the caller's."""
        return area in self.areas or area in self.followed or ALL_AREAS in self.areas
