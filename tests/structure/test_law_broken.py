"""Broken law is refused: each kind of damage to the law files gives one clear line, and the book does not open."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.law.book import HERE, LawBook, LawBroken

CJS = "data/cjs_offence_codes.csv"
OFFENCES = "data/offences.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the shipped law, with only those police codes that belong to an offence."""
    law = tmp_path / "law"
    shutil.copytree(HERE, law, ignore=shutil.ignore_patterns("*.py", "__pycache__", "cjs_offence_codes.csv"))
    header, *lines = (HERE / CJS).read_text(encoding="utf-8").splitlines(keepends=True)
    (law / CJS).write_text(header + "".join(line for line in lines if not line.endswith(",\n")), encoding="utf-8")
    return law


def damage(folder: Path, path: str, old: str, new: str) -> None:
    """Replace the first `old` in a file; the test is wrong if it is not there."""
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text, f"{path} does not hold {old!r}"
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def defects(folder: Path) -> tuple[str, ...]:
    """Return the lines with which a folder is refused."""
    with pytest.raises(LawBroken) as caught:
        LawBook.load(folder)
    return caught.value.defects


def test_the_copy_is_sound_before_it_is_damaged(folder: Path) -> None:
    """The shipped law without the unmapped codes opens; so what the other tests see is their own damage."""
    assert LawBook.load(folder).rules


DAMAGE: dict[str, tuple[str, str, str, str]] = {
    # name: (file, what stands there, what is put there, the one line)
    "unknown key of a rule": (
        "rules/age.yaml",
        "    layer: STATUTE\n",
        "    layer: STATUTE\n    colour: red\n",
        "rules/age.yaml: AGE-01: unknown key `colour`",
    ),
    "certainty missing": (
        "rules/age.yaml",
        "    certainty: VERIFIED\n",
        "",
        "rules/age.yaml: AGE-01: `certainty` is missing",
    ),
    "certainty that does not exist": (
        "rules/age.yaml",
        "certainty: VERIFIED",
        "certainty: SURE",
        "rules/age.yaml: AGE-01: `certainty`: Input should be 'VERIFIED', 'SECONDARY', 'INFERRED' or 'UNVERIFIED'",
    ),
    "source that is not registered": (
        "rules/age.yaml",
        "source: cps-children",
        "source: cps-infants",
        "AGE-01: cites cps-infants, which is not registered",
    ),
    "neither source nor excuse": (
        "rules/victims.yaml",
        '    uncited_because: "Own knowledge; not read in a source."\n',
        "",
        "VIC-03: cites a source or says why it cannot, and never both",
    ),
    "both source and excuse": (
        "rules/victims.yaml",
        "    citations:\n",
        '    uncited_because: "Not read."\n    citations:\n',
        "VIC-01: cites a source or says why it cannot, and never both",
    ),
    "date before 1900": (
        "rules/age.yaml",
        "in_force_from: 1964-02-01",
        "in_force_from: 1899-12-31",
        "rules/age.yaml: AGE-01: `in_force_from`: a date before 1900 is a sentinel, not a date of law",
    ),
    "date in another form": (
        "rules/age.yaml",
        "in_force_from: 1964-02-01",
        "in_force_from: 01/02/1964",
        "rules/age.yaml: AGE-01: `in_force_from`: a date is written YYYY-MM-DD",
    ),
    "date as a number": (
        "rules/age.yaml",
        "in_force_from: 1964-02-01",
        "in_force_from: 19640201",
        "rules/age.yaml: AGE-01: `in_force_from`: a date is written YYYY-MM-DD, not as a number",
    ),
    "rule that ends before it begins": (
        "rules/knives.yaml",
        "in_force_until: 2026-02-11",
        "in_force_until: 2013-04-07",
        "KNF-09: ends before it begins",
    ),
    "rule that stands twice": ("rules/age.yaml", "id: AGE-02", "id: AGE-01", "rule AGE-01 stands twice"),
    "rule without its number": (
        "rules/age.yaml",
        "id: AGE-01",
        "id: AGE",
        "rules/age.yaml: AGE: `id`: String should match pattern '^[A-Z][A-Z0-9]{1,2}-[0-9]{2}$'",
    ),
    "open point that nobody wrote down": (
        "rules/outcome_22.yaml",
        "open_points: [C-05]",
        "open_points: [C-99]",
        "O22-10: names C-99, which is not an open point",
    ),
    "host that is not registered": (
        "sources.yaml",
        "https://www.cps.gov.uk/legal-guidance/youth-offenders",
        "https://cps.example.com/youth-offenders",
        "source cps-children: links to cps.example.com, which is not a registered host",
    ),
    "host that only looks registered": (
        "sources.yaml",
        "https://www.cps.gov.uk/legal-guidance/youth-offenders",
        "https://www.cps.gov.uk.example.com/",
        "source cps-children: links to www.cps.gov.uk.example.com, which is not a registered host",
    ),
    "link that is no web address": (
        "sources.yaml",
        "https://www.cps.gov.uk/legal-guidance/youth-offenders",
        "javascript:alert(1)",
        "source cps-children: links to javascript:alert(1), which is not a registered host",
    ),
    "source that stands twice": (
        "sources.yaml",
        "id: govwire-yjb-oocd-2024",
        "id: yjb-oocd-2024",
        "source yjb-oocd-2024 stands twice",
    ),
    "source key that stands twice": ("sources.yaml", "key: S01b", "key: S01", "source key S01 stands twice"),
    "windows of a value that overlap": (
        "parameters/appropriate_adult_age.yaml",
        "until: 2015-04-12",
        "until: 2015-04-13",
        "parameter appropriate_adult_age: the windows from 2013-04-08 and 2015-04-13 overlap",
    ),
    "silent gap between windows": (
        "parameters/appropriate_adult_age.yaml",
        "until: 2015-04-12",
        "until: 2015-04-11",
        "parameter appropriate_adult_age: a silent gap after 2015-04-11; write the value NOT_IN_FORCE",
    ),
    "value that begins too late": (
        "parameters/adult_age.yaml",
        "from: 2013-04-08",
        "from: 2013-04-09",
        "parameter adult_age: nothing is written for the time from 2013-04-08 to 2013-04-09",
    ),
    "value that reaches too little back for offences": (
        "parameters/age_of_criminal_responsibility.yaml",
        "from: 1964-02-01",
        "from: 2013-04-08",
        "parameter age_of_criminal_responsibility: nothing is written for the time from 1995-04-08 to 2013-04-08",
    ),
    "value that ends": (
        "parameters/adult_age.yaml",
        "    value: 18\n",
        "    until: 2030-01-01\n    value: 18\n",
        "parameter adult_age: nothing is written after 2030-01-01; write the value NOT_IN_FORCE",
    ),
    "parameter that names no rule": (
        "parameters/adult_age.yaml",
        "rules: [AGE-03, AGE-04]",
        "rules: []",
        "parameters/adult_age.yaml: `rules`: Tuple should have at least 1 item after validation, not 0",
    ),
    "parameter that names an unknown rule": (
        "parameters/adult_age.yaml",
        "rules: [AGE-03, AGE-04]",
        "rules: [AGE-99]",
        "parameter adult_age: names the rule AGE-99, which does not exist",
    ),
    "parameter in a file of another name": (
        "parameters/adult_age.yaml",
        "id: adult_age",
        "id: age_of_adults",
        "parameters/adult_age.yaml: the file holds `age_of_adults` and must be named after it",
    ),
    "parameter that names an unknown offence": (
        "parameters/domestic_assault_limit_offences.yaml",
        "value: [common_assault]",
        "value: [uncommon_assault]",
        "parameter domestic_assault_limit_offences: names the offence uncommon_assault, which does not exist",
    ),
    "disposals out of order": (
        "disposals.yaml",
        "rank: 2",
        "rank: 11",
        (
            "disposals: must be NO_FURTHER_ACTION, TRIAGE, OUTCOME_21, OUTCOME_22, COMMUNITY_RESOLUTION, "
            "DEFERRED_CAUTION, DEFERRED_PROSECUTION, YOUTH_CAUTION, YOUTH_CONDITIONAL_CAUTION, CHARGE, "
            "ranked from 1 in that order"
        ),
    ),
    "two codes of a disposal at once": (
        "disposals.yaml",
        "until: 2026-02-11",
        "until: 2026-02-12",
        "disposal DEFERRED_PROSECUTION, default outcome code: the windows from 2019-04-01 and 2026-02-12 overlap",
    ),
    "disposal that begins before the book": (
        "disposals.yaml",
        "window: {from: 2013-04-08}",
        "window: {from: 2013-04-07}",
        "disposal NO_FURTHER_ACTION: begins before the book does",
    ),
    "disposal that contradicts itself about statute": (
        "disposals.yaml",
        "statutory: {value: false, rules: [NFA-02], certainty: UNVERIFIED}",
        "statutory: {value: true, rules: [NFA-02], certainty: UNVERIFIED}",
        "disposal NO_FURTHER_ACTION: says of itself and of its consequences different things about statute",
    ),
    "consequence that rests on an unknown rule": (
        "disposals.yaml",
        'on_pnc: {value: "NO", rules: [O20-01]',
        'on_pnc: {value: "NO", rules: [O20-09]',
        "disposal TRIAGE.on_pnc: names the rule O20-09, which does not exist",
    ),
    "number that is no number": (
        "gravity/illustrative-1.yaml",
        "scale_max: 5",
        "scale_max: five",
        "gravity/illustrative-1.yaml: `scale_max`: Input should be a valid integer",
    ),
    "score outside the scale": (
        "gravity/illustrative-1.yaml",
        "scale_min: 1",
        "scale_min: 2",
        "matrix illustrative-1: the score of drunk_incapable is outside the scale",
    ),
    "matrix editions that overlap": (
        "gravity/acpo-2013.yaml",
        "in_force_until: 2023-08-31",
        "in_force_until: 2023-09-01",
        "matrix editions: the windows from 2013-04-08 and 2023-09-01 overlap",
    ),
    "factor of an unknown edition": (
        "gravity/factors.yaml",
        "editions: [acpo-2013, illustrative-1]",
        "editions: [acpo-1913, illustrative-1]",
        "factor A1_SIGNIFICANT_SENTENCE_LIKELY: names the edition acpo-1913, which does not exist",
    ),
    "factor that points nowhere": (
        "gravity/factors.yaml",
        "direction: UP",
        "direction: SIDEWAYS",
        "gravity/factors.yaml: A1_SIGNIFICANT_SENTENCE_LIKELY: `direction`: Input should be 'UP' or 'DOWN'",
    ),
    "protocol that weakens a statute": (
        "protocols/e09000019.yaml",
        "sources: [hmip-islington-2024]",
        "sources: [hmip-islington-2024]\nsafety_days: -1",
        "protocol E09000019: safetyDays: a deferral cannot be planned past the time limit (TIM-01)",
    ),
    "protocol with a vote": (
        "protocols/e09000009.yaml",
        "sources: [hmip-ealing-2023]",
        "sources: [hmip-ealing-2023]\nmajority_vote: true",
        "protocols/e09000009.yaml: unknown key `majority_vote`: decisions are joint: a majority never decides (PRC-12)",
    ),
    "protocol of no area": (
        "protocols/e09000009.yaml",
        "area: E09000009",
        "area: Ealing",
        "protocols/e09000009.yaml: `area`: String should match pattern '^[EW][0-9]{8}$'",
    ),
    "protocol that cites an unknown source": (
        "protocols/e09000009.yaml",
        "hmip-ealing-2023",
        "hmip-ealing-2099",
        "protocol E09000009: cites hmip-ealing-2099, which is not registered",
    ),
    "two versions at once": (
        "protocols/e09000007.yaml",
        "area: E09000007",
        "area: E09000009\nversion: 2",
        "protocol E09000009: versions 2 and 1 overlap",
    ),
    "enumeration with a code twice": (
        "reference/answers.yaml",
        'code: "NOT_MET"',
        'code: "MET"',
        "reference answers: MET stands twice",
    ),
    "enumeration that ends before it begins": (
        "reference/answers.yaml",
        "valid_from: 2013-04-08",
        "valid_from: 2013-04-08, valid_to: 2013-04-07",
        "reference answers: MET ends before it begins",
    ),
    "key that stands twice": (
        "parameters/adult_age.yaml",
        "unit: years\n",
        "unit: years\nunit: months\n",
        "parameters/adult_age.yaml: not readable: line 4: the key unit stands twice",
    ),
    "text that is no YAML": (
        "parameters/adult_age.yaml",
        "rules: [AGE-03",
        "rules: [[AGE-03",
        "parameters/adult_age.yaml: not readable: line 6: did not find expected ',' or ']'",
    ),
    "list under another key": (
        "hosts.yaml",
        "hosts:\n",
        "domains:\n",
        "hosts.yaml: the file must hold one list, `hosts`",
    ),
    "offence whose score is no score": (
        OFFENCES,
        "yes,5,CJS offence code list (MoJ Bichard standing data),yes,,no,yes,UNVERIFIED",
        "yes,6,CJS offence code list (MoJ Bichard standing data),yes,,no,yes,UNVERIFIED",
        "data/offences.csv: row 2: illustrative_base_score is not one of its values",
    ),
    "offence that stands twice": (
        OFFENCES,
        "attempted_murder,",
        "murder,",
        "data/offences.csv: row 3: the key stands twice or is empty",
    ),
    "offence without a field": (
        OFFENCES,
        "murder,Murder,Common law,-,",
        "murder,Murder,Common law,",
        "data/offences.csv: row 2: 15 fields where 16 belong",
    ),
    "offence table with another header": (
        OFFENCES,
        "offence_key,title",
        "key,title",
        (
            "data/offences.csv: the header must be offence_key,title,statute,section,mode_of_trial,category,cjs_codes,"
            "ho_class,recordable,illustrative_base_score,code_source,adult_max_14_plus,prosecution_consent,soa_sch3,"
            "msa_sch4,flags_certainty"
        ),
    ),
    "offence that lists a code nobody gave it": (
        OFFENCES,
        ",TH68010",
        ",TH68010 ZZ99999",
        "offence theft_shop: lists the code ZZ99999, which the code list does not give to it",
    ),
    "code of an offence that does not list it": (
        CJS,
        ",theft_shop\n",
        ",robbery\n",
        "code TH68010: belongs to robbery, which does not list it",
    ),
    "code that is no code": (
        CJS,
        "TH68010,",
        "TH6801,",
        "data/cjs_offence_codes.csv: row {row}: cjs_code is not well formed",
    ),
    "window of a value that ends before it begins": (
        "parameters/appropriate_adult_age.yaml",
        "until: 2015-04-12",
        "until: 2013-04-07",
        "parameter appropriate_adult_age: the window from 2013-04-08 ends before it begins",
    ),
    "consequence with an unknown conflict": (
        "disposals.yaml",
        "conflict: C-07",
        "conflict: C-77",
        "disposal YOUTH_CONDITIONAL_CAUTION.dbs: names C-77, which is not an open point",
    ),
    "disposal without a default code": (
        "disposals.yaml",
        'code: "20"\n        when: DEFAULT',
        'code: "20"\n        when: BY_CPS',
        "disposal TRIAGE: has no default outcome code",
    ),
    "scale without length": (
        "gravity/acpo-2013.yaml",
        "scale_max: 4",
        "scale_max: 1",
        "matrix acpo-2013: the scale has no length",
    ),
    "file that holds no mapping": (
        "parameters/adult_age.yaml",
        "id: adult_age\n",
        "- id: adult_age\n",
        "parameters/adult_age.yaml: not readable: line 2: did not find expected '-' indicator",
    ),
    "open point without its handling": (
        "open_points.yaml",
        '    handling: "Configurable, with those figures as defaults; ask the Youth Justice Board."\n',
        "",
        "open_points.yaml: C-01: `handling` is missing",
    ),
}


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damaged_law_is_refused_in_one_clear_line(folder: Path, name: str) -> None:
    """The line that says what is wrong is there, and every line is one line."""
    path, old, new, expected = DAMAGE[name]
    row = next((n for n, line in enumerate((folder / path).read_text().splitlines(), 1) if line.startswith(old)), 0)
    damage(folder, path, old, new)

    found = defects(folder)

    assert expected.replace("{row}", str(row)) in found
    assert not any("\n" in line for line in found)


def test_versions_of_a_protocol_may_follow_each_other(folder: Path) -> None:
    """A second version that begins the day after the first ends is no overlap; each is found on its days."""
    damage(folder, "protocols/e09000009.yaml", "area: E09000009", "area: E09000009\nin_force_until: 2026-12-31")
    later = "area: E09000009\nname: Ealing\nversion: 2\nin_force_from: 2027-01-01\n"
    (folder / "protocols/e09000009-2.yaml").write_text(later, encoding="utf-8")

    book = LawBook.load(folder)

    found = [book.protocol("E09000009", day) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [one.version for one in found if one is not None] == [1, 2]


@pytest.mark.parametrize(
    "path", ["sources.yaml", "disposals.yaml", "hosts.yaml", "protocols/defaults.yaml", OFFENCES, CJS]
)
def test_a_missing_file_is_named(folder: Path, path: str) -> None:
    """A file that is not there is missed by name."""
    (folder / path).unlink()

    assert f"{path}: the file is missing" in defects(folder)


def test_a_file_that_is_not_text_is_refused(folder: Path) -> None:
    """Bytes that are no UTF-8 are refused, not guessed."""
    (folder / "hosts.yaml").write_bytes(b"hosts: \xff\xfe\n")

    assert any(line.startswith("hosts.yaml: not readable: ") for line in defects(folder))


def test_a_file_that_holds_a_list_is_refused(folder: Path) -> None:
    """A law file is a mapping."""
    (folder / "hosts.yaml").write_text("- www.gov.uk\n", encoding="utf-8")

    assert "hosts.yaml: the file holds no mapping" in defects(folder)


def test_everything_that_is_wrong_is_said_at_once(folder: Path) -> None:
    """Three files damaged give three lines, so that a mender need not start the service three times."""
    damage(folder, "rules/age.yaml", "source: cps-children", "source: cps-infants")
    damage(folder, "parameters/adult_age.yaml", "from: 2013-04-08", "from: 2013-04-09")
    damage(folder, "reference/answers.yaml", 'code: "NOT_MET"', 'code: "MET"')

    assert len(defects(folder)) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("under ten", "under eleven"),
        lambda text: text.replace("in_force_from: 1964-02-01", "in_force_from: 1964-02-02"),
        lambda text: text.replace("certainty: VERIFIED", "certainty: SECONDARY", 1),
    ],
)
def test_any_change_of_what_the_law_says_changes_the_digest(folder: Path, change: Callable[[str], str]) -> None:
    """A word, a date and a certainty all count."""
    before = LawBook.load(folder).digest
    path = folder / "rules/age.yaml"
    path.write_text(change(path.read_text()))

    assert LawBook.load(folder).digest != before


def test_comments_and_line_ends_do_not_change_the_digest(folder: Path) -> None:
    """What a parser does not see is no law."""
    before = LawBook.load(folder).digest
    path = folder / "rules/age.yaml"
    path.write_bytes(b"# A remark.\r\n" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert LawBook.load(folder).digest == before
