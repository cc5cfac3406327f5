"""The pack as flat files, and their manifest."""

import csv
import hashlib
import io

import pytest

from app.scrutiny import files
from app.scrutiny.words import CHARACTERISTICS, PackPart
from tests.scrutiny_packs import SAMPLE_ID, a_pack, an_item, an_observation


def read(part: PackPart, pack: object = None) -> list[dict[str, str]]:
    """Return the rows of a file, each under its columns."""
    file = files.file_of(a_pack() if pack is None else pack, part)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＠"])  # noqa: RUF001
def test_csv_cell_is_never_a_formula(start: str) -> None:
    """What a spreadsheet would run is preceded by an apostrophe, blanks before it or not."""
    assert files.safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_items_have_a_row_each_and_every_characteristic() -> None:
    """One row an item, a cell a column."""
    (told,) = read(PackPart.ITEMS, a_pack([an_item("=HYPERLINK(1)")]))

    assert list(told) == list(files.ITEM_COLUMNS)
    assert set(CHARACTERISTICS) <= set(told)
    assert (told["decision"], told["policeOpinion"], told["AGE"]) == ("TRIAGE", "TRIAGE", "14-15")
    assert told["RELIGION_OR_BELIEF"] == "'=HYPERLINK(1)"


def test_observation_is_never_a_formula_either() -> None:
    """Free text of a panel and of an agency."""
    (told,) = read(PackPart.OBSERVATIONS, a_pack(earlier_observations=[an_observation(response="@SUM(1)")]))

    assert (told["observation"], told["response"]) == ("Victims' wishes were not noted.", "'@SUM(1)")


def test_figures_tell_the_whole_frame_and_each_table() -> None:
    """Long form: by what, which value, which disposal, how many of how many."""
    rows = read(PackPart.FIGURES)

    whole = {row["disposal"]: row["count"] for row in rows if row["by"] == "ALL"}
    assert (whole["TRIAGE"], whole["YOUTH_CAUTION"]) == ("40", "20")
    assert {row["by"] for row in rows} == {"ALL", "GRAVITY", "ETHNIC_GROUP", "SEX", "AGE_BAND", "ETHNICITY"}


def test_manifest_names_every_file_row_and_column() -> None:
    """So that nothing can be hidden, added or lost: counts, meanings and digests are those of the bytes."""
    pack = a_pack()

    manifest = files.manifest_of(pack)

    assert [file.name for file in manifest.files] == [
        f"scrutiny-{SAMPLE_ID}-{part}.csv" for part in ("items", "figures", "observations")
    ]
    for row, part in zip(manifest.files, PackPart, strict=True):
        content = files.file_of(pack, part).content
        header, *lines = csv.reader(io.StringIO(content.decode(), newline=""))
        assert (row.rows, [column.name for column in row.columns]) == (len(lines), header)
        assert (row.sha256, row.bytes) == (hashlib.sha256(content).hexdigest(), len(content))
        assert all(column.says for column in row.columns)
