"""Whether the law files agree with each other: a line for every reference that leads nowhere and every broken window.

Decides whether the book may be opened. Does not read files and does not judge a case.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from app.law.dates import years_after
from app.law.model import Citation, DisposalCode, DisposalRecord, MatrixStatus, OutcomeCode, Parameter, Protocol, Window
from app.law.protocol_faults import protocol_faults
from app.law.reading import LawFiles

_CHILDHOOD = 18
"""How many years before the book begins an offence may lie that a child of that day can still be asked about."""


def defects_of(files: LawFiles, earliest: date) -> tuple[str, ...]:
    """Every way in which the files do not fit together; empty when they do."""
    return (
        *_repeated(files),
        *_citations(files),
        *_links(files),
        *_rules(files),
        *(line for parameter in files.parameters for line in _parameter(parameter, earliest)),
        *_names_of_rules(files),
        *_catalogue(files.catalogue, earliest),
        *_offences(files),
        *_editions(files, earliest),
        *_protocols(files),
        *_references(files),
    )


def _repeated(files: LawFiles) -> Iterator[str]:
    """Yield identifiers that stand twice."""
    kinds: dict[str, Iterable[str]] = {
        "source": (source.id for source in files.sources),
        "source key": (source.key for source in files.sources if source.key),
        "host": (host.host for host in files.hosts),
        "rule": (rule.id for rule in files.rules),
        "open point": (point.id for point in files.open_points),
        "factor": (factor.id for factor in files.factors),
        "matrix edition": (edition.id for edition in files.editions),
        "disposal": (disposal.code for disposal in files.catalogue),
        "protocol version": (f"{protocol.area} version {protocol.version}" for protocol in files.protocols),
    }
    for kind, names in kinds.items():
        yield from (f"{kind} {name} stands twice" for name, count in Counter(names).items() if count > 1)


def _citing(files: LawFiles) -> Iterator[tuple[str, tuple[Citation, ...], str | None]]:
    """Everything that must cite a source or say why it does not: its name, its citations, its excuse."""
    for rule in files.rules:
        yield rule.id, rule.citations, rule.uncited_because
    for parameter in files.parameters:
        for value in parameter.values:
            yield f"{parameter.id} from {value.in_force_from}", value.citations, value.uncited_because
    for factor in files.factors:
        yield factor.id, factor.citations, factor.uncited_because
    for edition in files.editions:
        yield edition.id, edition.citations, edition.uncited_because


def _citations(files: LawFiles) -> Iterator[str]:
    """Statements that cite nothing and do not say why, and citations of sources that are not registered."""
    known = {source.id for source in files.sources}
    for name, citations, excuse in _citing(files):
        if bool(citations) == bool(excuse):
            yield f"{name}: cites a source or says why it cannot, and never both"
        yield from (f"{name}: cites {c.source}, which is not registered" for c in citations if c.source not in known)
    for protocol in files.protocols:
        unknown = [source for source in protocol.sources if source not in known]
        yield from (f"protocol {protocol.area}: cites {source}, which is not registered" for source in unknown)


def _links(files: LawFiles) -> Iterator[str]:
    """Links to hosts that are not registered, and sources called official whose host is not."""
    hosts = {host.host for host in files.hosts}
    for source in files.sources:
        yield from _link(f"source {source.id}", source.url, hosts)
    for name, citations, _ in _citing(files):
        for citation in citations:
            yield from _link(name, citation.url, hosts)


def _link(name: str, url: str | None, hosts: set[str]) -> Iterator[str]:
    """Yield a line when a link does not lead to a registered host."""
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname not in hosts:
        yield f"{name}: links to {parts.hostname or url}, which is not a registered host"


def _rules(files: LawFiles) -> Iterator[str]:
    """Rules whose time ends before it begins, or that name an open point nobody wrote down."""
    points = {point.id for point in files.open_points}
    for rule in files.rules:
        if rule.in_force_until is not None and rule.in_force_until < rule.in_force_from:
            yield f"{rule.id}: ends before it begins"
        unknown = [point for point in rule.open_points if point not in points]
        yield from (f"{rule.id}: names {point}, which is not an open point" for point in unknown)


def _parameter(parameter: Parameter, earliest: date) -> Iterator[str]:
    """Windows of a parameter that overlap, leave a silent gap, or begin too late."""
    start = years_after(earliest, -_CHILDHOOD) if parameter.governs_at == "offence" else earliest
    yield from _windows(f"parameter {parameter.id}", parameter.values, start)


def _windows(name: str, windows: Sequence[Window], start: date) -> Iterator[str]:
    """Yield a line for each way in which windows do not cover all days from `start` on, once each."""
    ordered = sorted(windows, key=lambda window: window.in_force_from)
    if ordered and ordered[0].in_force_from > start:
        yield f"{name}: nothing is written for the time from {start} to {ordered[0].in_force_from}"
    for window in ordered:
        if window.in_force_until is not None and window.in_force_until < window.in_force_from:
            yield f"{name}: the window from {window.in_force_from} ends before it begins"
    for one, following in pairwise(ordered):
        if one.in_force_until is None or one.in_force_until >= following.in_force_from:
            yield f"{name}: the windows from {one.in_force_from} and {following.in_force_from} overlap"
        elif one.in_force_until + timedelta(days=1) < following.in_force_from:
            yield f"{name}: a silent gap after {one.in_force_until}; write the value NOT_IN_FORCE"
    if ordered and ordered[-1].in_force_until is not None:
        yield f"{name}: nothing is written after {ordered[-1].in_force_until}; write the value NOT_IN_FORCE"


def _names_of_rules(files: LawFiles) -> Iterator[str]:
    """Rules named in parameters and disposals that do not exist."""
    known = {rule.id for rule in files.rules}
    for parameter in files.parameters:
        yield from _unknown(f"parameter {parameter.id}", parameter.rules, known)
    points = {point.id for point in files.open_points}
    for disposal in files.catalogue:
        name = f"disposal {disposal.code}"
        yield from _unknown(name, (disposal.window_rule,), known)
        yield from (line for code in disposal.outcome_codes for line in _unknown(name, code.rules, known))
        for field in type(disposal.consequences).model_fields:
            consequence = getattr(disposal.consequences, field)
            yield from _unknown(f"{name}.{field}", consequence.rules, known)
            if consequence.conflict is not None and consequence.conflict not in points:
                yield f"{name}.{field}: names {consequence.conflict}, which is not an open point"


def _unknown(name: str, rules: Iterable[str], known: set[str]) -> Iterator[str]:
    """Yield a line for each rule that does not exist."""
    yield from (f"{name}: names the rule {rule}, which does not exist" for rule in rules if rule not in known)


def _catalogue(catalogue: Sequence[DisposalRecord], earliest: date) -> Iterator[str]:
    """Yield a catalogue that is not the ten disposals in the contract's order, each with one default code at a time."""
    listed = [disposal.code for disposal in sorted(catalogue, key=lambda disposal: disposal.rank)]
    if listed != list(DisposalCode) or {d.rank for d in catalogue} != set(range(1, len(DisposalCode) + 1)):
        yield f"disposals: must be {', '.join(DisposalCode)}, ranked from 1 in that order"
    for disposal in catalogue:
        defaults: list[OutcomeCode] = [code for code in disposal.outcome_codes if code.when == "DEFAULT"]
        yield from _windows(f"disposal {disposal.code}, default outcome code", defaults, disposal.window.in_force_from)
        if not defaults:
            yield f"disposal {disposal.code}: has no default outcome code"
        if disposal.window.in_force_from < earliest:
            yield f"disposal {disposal.code}: begins before the book does"
        if disposal.statutory != disposal.consequences.statutory.value:
            yield f"disposal {disposal.code}: says of itself and of its consequences different things about statute"


def _offences(files: LawFiles) -> Iterator[str]:
    """Offences and codes that do not name each other, and parameters that name offences nobody lists."""
    listed = {(code, offence.key) for offence in files.offences.values() for code in offence.cjs_codes}
    mapped = {(row[0], row[7]) for row in files.cjs_rows.values() if row[7]}
    for code, key in sorted(listed - mapped):
        yield f"offence {key}: lists the code {code}, which the code list does not give to it"
    for code, key in sorted(mapped - listed):
        yield f"code {code}: belongs to {key}, which does not list it"
    for parameter in files.parameters:
        named = [key for value in parameter.values if parameter.unit == "offences" for key in value.words]
        unknown = sorted(set(named) - set(files.offences))
        yield from (f"parameter {parameter.id}: names the offence {key}, which does not exist" for key in unknown)


def _editions(files: LawFiles, earliest: date) -> Iterator[str]:
    """Matrix editions that overlap or leave a gap, and scores outside their scale or for unknown offences."""
    windows = [Window(in_force_from=e.in_force_from, in_force_until=e.in_force_until) for e in files.editions]
    yield from _windows("matrix editions", windows, earliest)
    ids = {edition.id for edition in files.editions}
    for edition in files.editions:
        if edition.scale_min >= edition.scale_max:
            yield f"matrix {edition.id}: the scale has no length"
        for key, score in edition.base.items():
            if not edition.scale_min <= score <= edition.scale_max:
                yield f"matrix {edition.id}: the score of {key} is outside the scale"
        if edition.status is not MatrixStatus.NOT_BUNDLED:
            missing = sorted(set(files.offences) - set(edition.base))
            yield from (f"matrix {edition.id}: has no score for {key}" for key in missing)
    for factor in files.factors:
        lost = [edition for edition in factor.editions if edition not in ids]
        yield from (f"factor {factor.id}: names the edition {edition}, which does not exist" for edition in lost)
        unknown = [key for key in factor.offences if key not in files.offences]
        yield from (f"factor {factor.id}: names the offence {key}, which does not exist" for key in unknown)


def _protocols(files: LawFiles) -> Iterator[str]:
    """Protocols that would weaken the law, and versions of an area in force at the same time."""
    by_area: dict[str, list[Protocol]] = {}
    for protocol in files.protocols:
        by_area.setdefault(protocol.area, []).append(protocol)
        for fault in protocol_faults(protocol):
            yield f"protocol {protocol.area}: {fault.key}: {fault.message} ({fault.rule})"
    for area, versions in by_area.items():
        ordered = sorted(versions, key=lambda protocol: protocol.in_force_from)
        for one, following in pairwise(ordered):
            if one.covers(following.in_force_from):
                yield f"protocol {area}: versions {one.version} and {following.version} overlap"


def _references(files: LawFiles) -> Iterator[str]:
    """Yield enumerations in which a code stands twice or ends before it begins."""
    for reference in files.references:
        counts = Counter(item.code for item in reference.items)
        yield from (f"reference {reference.name}: {code} stands twice" for code, count in counts.items() if count > 1)
        for item in reference.items:
            if item.valid_to is not None and item.valid_to < item.valid_from:
                yield f"reference {reference.name}: {item.code} ends before it begins"
