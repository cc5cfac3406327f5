"""The record under the Algorithmic Transparency Recording Standard, in its two tiers."""

from app.http.schema import Answer, Day
from app.law.model import DisposalCode


class TierOne(Answer):
    """What the tool is, for everybody."""

    name: str
    description: str
    why_used: str


class DecisionMaking(Answer):
    """What the tool does in a decision, who looks at it, and how it is contested."""

    role: str
    human_review: str
    appeals: str
    training: str


class Method(Answer):
    """How it works, counted from what is shipped."""

    kind: str
    working: str
    unknowns: str
    engine_version: str
    law_digest: str
    rules: int
    rules_by_certainty: dict[str, int]
    sources: int
    requirements: int
    disposals: tuple[DisposalCode, ...]


class Matrix(Answer):
    """A gravity matrix that scores come from, from a day on, and what it is worth."""

    id: str
    title: str
    status: str
    in_force_from: Day


class ReadToProtect(Answer):
    """A fact that is read only where it protects the child, and the rules that read it."""

    fact: str
    rules: tuple[str, ...]


class Data(Answer):
    """What is read of a child, what is read only to protect, and what is never read."""

    read: str
    read_only_to_protect: str
    never_read: str
    held_apart: str
    never_read_list: tuple[str, ...]
    protective_reads: tuple[ReadToProtect, ...]
    matrices: tuple[Matrix, ...]


class Risk(Answer):
    """What may go wrong, and what stands against it."""

    risk: str
    mitigation: str


class TierTwo(Answer):
    """The detail. `forTheDeployer` names what only the organisation that runs the service can say."""

    decision_making: DecisionMaking
    method: Method
    data: Data
    risks: tuple[Risk, ...]
    for_the_deployer: tuple[str, ...]


class AtrsRecord(Answer):
    """The record: tier one in plain words, tier two in detail. `recordVersion` counts changes of its words."""

    record_version: int
    tier_one: TierOne
    tier_two: TierTwo
