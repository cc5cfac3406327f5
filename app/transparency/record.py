"""Making the transparency record of its words and of what is shipped. Pure, but for reading its own data file.

What can be counted is counted here from the law and the rules, so that the record cannot say what the tool is not.
"""

from collections import Counter
from pathlib import Path

import yaml

from app.law.book import LawBook
from app.law.model import DisposalCode
from app.rules.advise import ENGINE_VERSION
from app.rules.blindness import NEVER_READ, PROTECTIVE_READS
from app.rules.registry import ALL
from app.transparency.schemas import (
    AtrsRecord,
    Data,
    DecisionMaking,
    Matrix,
    Method,
    ReadToProtect,
    Risk,
    TierOne,
    TierTwo,
)

WORDS = Path(__file__).with_name("atrs.yaml")


def atrs_record(book: LawBook) -> AtrsRecord:
    """Return the record for a law book: its words, and the counts and lists that are true of that book."""
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    one, two = words["tierOne"], words["tierTwo"]
    making = two["decisionMaking"]
    return AtrsRecord(
        record_version=words["version"],
        tier_one=TierOne(name=one["name"], description=one["description"], why_used=one["whyUsed"]),
        tier_two=TierTwo(
            decision_making=DecisionMaking(
                role=making["role"],
                human_review=making["humanReview"],
                appeals=making["appeals"],
                training=making["training"],
            ),
            method=_method(two["method"], book),
            data=_data(two["data"], book),
            risks=tuple(Risk(**risk) for risk in two["risks"]),
            for_the_deployer=tuple(two["forTheDeployer"]),
        ),
    )


def _method(words: dict[str, str], book: LawBook) -> Method:
    certainty = Counter(rule.certainty.value for rule in book.rules.values())
    return Method(
        kind=words["kind"],
        working=words["working"],
        unknowns=words["unknowns"],
        engine_version=ENGINE_VERSION,
        law_digest=book.digest,
        rules=len(book.rules),
        rules_by_certainty=dict(sorted(certainty.items())),
        sources=len(book.sources),
        requirements=sum(asked.applies_to(disposal) for asked in ALL for disposal in DisposalCode),
        disposals=tuple(record.code for record in book.catalogue),
    )


def _data(words: dict[str, str], book: LawBook) -> Data:
    return Data(
        read=words["read"],
        read_only_to_protect=words["readOnlyToProtect"],
        never_read=words["neverRead"],
        held_apart=words["heldApart"],
        never_read_list=NEVER_READ,
        protective_reads=tuple(ReadToProtect(fact=fact, rules=rules) for fact, rules in PROTECTIVE_READS.items()),
        matrices=tuple(
            Matrix(id=one.id, title=one.title, status=one.status.value, in_force_from=one.in_force_from)
            for one in book.editions
        ),
    )
