"""Advice as the bytes of an answer: what `app.advice.view` says, written straight away.

Decides nothing: the words are the view's, byte for byte, which a test holds it to. What the law alone says (of a
question, of what is asked later, of what follows from a disposal) is written once for a law book and kept with it; what
a case says is written for its answer and kept nowhere.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quoted

from app.advice import view
from app.law.book import LawBook
from app.rules.findings import Advice, Finding, Ground, Json, Later, Option, Read

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NO_OPTIONS = '"options":[]'  # stands once in an outline: in a text the quotation marks would be escaped


@dataclass(frozen=True)
class Texts:
    """What the law alone says, as it is written: as much as there is law, whatever is asked."""

    grounds: dict[Ground, tuple[str, str, str]] = field(default_factory=dict)
    later: dict[Later, str] = field(default_factory=dict)
    consequences: dict[tuple[str, str, bool], str] = field(default_factory=dict)


def written(advice: Advice, book: LawBook, advice_id: str | None = None) -> bytes:
    """Return an advice under the law of a book as the answer of the contract; `advice_id` is that of its receipt."""
    texts: Texts = book.notes.setdefault("texts", Texts())
    reads: dict[int, str] = {}
    options = ",".join([_option(option, texts, reads) for option in advice.options])
    before, _, after = _write(view.outline(advice, advice_id)).partition(_NO_OPTIONS)
    return f'{before}"options":[{options}]{after}'.encode()


def _option(option: Option, texts: Texts, reads: dict[int, str]) -> str:
    standings = ",".join([f'{quoted(offence)}:"{one!s}"' for offence, one in option.by_offence.items()])
    return (
        f'{{"disposal":"{option.disposal!s}","localName":{_value(option.local_name)},'
        f'"outcomeCode":{_value(option.outcome_code)},"rank":{option.rank},"standing":"{option.standing!s}",'
        f'"authority":{_value(option.authority)},"fit":"{option.fit!s}",'
        f'"findings":[{_findings(option.findings, texts, reads)}],'
        f'"atDecision":[{_laters(option.at_decision, texts)}],"atDelivery":[{_laters(option.at_delivery, texts)}],'
        f'"reopensIf":{_laters((option.reopens_if,), texts) if option.reopens_if else "null"},'
        f'"byOffence":{{{standings}}},"consequences":{_consequences(option, texts)}}}'
    )


def _findings(findings: Iterable[Finding], texts: Texts, reads: dict[int, str]) -> str:
    """Every finding, with a comma between them; `reads` are the facts of this advice that were written before."""
    parts: list[str] = []
    for ground, ruling, read in findings:
        begin, between, end = texts.grounds.get(ground) or _ground(ground, texts)
        parts += (begin, ruling.answer, between, quoted(ruling.reason), reads.get(id(read)) or _read(read, reads), end)
    return "".join(parts)[:-1]


def _ground(ground: Ground, texts: Texts) -> tuple[str, str, str]:
    """What stands before, between and after an answer, its reason and what was read."""
    cited = _write(view.citations(ground.citations))
    made = texts.grounds[ground] = (
        f'{{"requirement":"{ground.requirement}","rule":"{ground.rule}","answer":"',
        f'","effect":"{ground.effect!s}","reason":',
        f',"layer":"{ground.layer!s}","certainty":"{ground.certainty!s}","citations":{cited}}},',
    )
    return made


def _read(read: Read, reads: dict[int, str]) -> str:
    found = ",".join([f"{quoted(pointer)}:{_value(value)}" for pointer, value in read.items()])
    made = reads[id(read)] = f',"read":{{{found}}}'
    return made


def _value(value: Json) -> str:
    if value is None:
        return "null"
    return quoted(value) if isinstance(value, str) else _write(value)


def _laters(laters: Iterable[Later], texts: Texts) -> str:
    return ",".join([texts.later.get(one) or texts.later.setdefault(one, _write(view.later(one))) for one in laters])


def _consequences(option: Option, texts: Texts) -> str:
    """What follows from a disposal, as the offence and the child's history resolve it."""
    key = (option.disposal, option.on_pnc, option.first_time_entrant)
    return texts.consequences.get(key) or texts.consequences.setdefault(key, _write(view.consequences(option)))
