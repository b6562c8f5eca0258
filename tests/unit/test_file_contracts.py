"""Which files make a release, and what their headers may be."""

from __future__ import annotations

import pytest

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.models.landing import LAYOUTS
from jobmate_agent.services.onet import file_contracts
from jobmate_agent.services.onet.file_contracts import CLASSIC, CONTRACTS, SPLIT, contracts_of, layout_of
from tests.mini_release_tables import mini_tables
from tests.split_release import split_tables

CLASSIC_FILES = set(mini_tables(optional=True))
SPLIT_FILES = set(split_tables(mini_tables(optional=True)))
RENAMED_FILES = set(split_tables(mini_tables(optional=True), renamed=True))

# The 45 files of release 30.3, as its data dictionary lists them.
FILES_OF_30_3 = """
Abilities|Abilities to Work Activities|Abilities to Work Context|Career Interest Type Keywords|Career Interest Types|
Content Model Reference|Education|Education Categories|Emerging Tasks|Essential Skills|
Essential Skills to Work Activities|Essential Skills to Work Context|GWAs to IWAs|GWAs to IWAs to DWAs|
Interests Illustrative Activities|Interests Illustrative Occupations|Job Titles|Job Zone Reference|Job Zones|Knowledge|
Level Scale Anchors|Occupation Data|Occupation Level Metadata|Related Occupations|Sample of Reported Titles|
Scales Reference|Software Skills|Specific Interest Areas|Specific Interest Areas to Career Interest Types|
Survey Booklet Locations|Task Categories|Task Ratings|Task Statements|Tasks to DWAs|Training and Experience|
Training and Experience Categories|Transferable Skills|Transferable Skills to Work Activities|
Transferable Skills to Work Context|Work Activities|Work Context|Work Context Categories|Work Styles|
Work Styles to Work Activities|Work Styles to Work Context
"""


def error_of(names: set[str]) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        layout_of(names)
    return caught.value


def test_every_header_fills_known_columns_of_its_landing_table() -> None:
    for contract in CONTRACTS.values():
        for header in contract.headers:
            landing = list(header.columns.values())
            assert len(landing) == len(set(landing))
            assert set(landing) <= set(LAYOUTS[header.layout]), contract.name


def test_every_file_of_30_3_is_known() -> None:
    names = {name.strip() for name in FILES_OF_30_3.replace("\n", "").split("|")}
    assert len(names) == 45
    assert names <= set(contracts_of(SPLIT))
    assert layout_of(names) == SPLIT


@pytest.mark.parametrize(("names", "layout"), [(CLASSIC_FILES, CLASSIC), (SPLIT_FILES, SPLIT), (RENAMED_FILES, SPLIT)])
def test_the_layout_follows_from_the_files(names: set[str], layout: str) -> None:
    assert layout_of(names) == layout
    assert names <= set(contracts_of(layout))


def test_optional_files_may_be_missing() -> None:
    optional = {name for name in CLASSIC_FILES if not CONTRACTS[name].required}
    assert {"Abilities", "Work Activities", "Work Context", "Task Ratings"} <= optional
    assert layout_of(CLASSIC_FILES - optional) == CLASSIC


@pytest.mark.parametrize("names", [CLASSIC_FILES, SPLIT_FILES])
def test_each_required_file_is_missed_by_name(names: set[str]) -> None:
    required = {name for name in names if CONTRACTS[name].required}
    assert {"Occupation Data", "Knowledge", "Task Statements"} < required
    for name in required:
        error = error_of(names - {name})
        assert error.code == "missing_release_file"
        assert f"{name}.txt" in error.message


def test_one_half_of_the_skills_is_not_enough_and_a_crosswalk_is_no_file_of_skills() -> None:
    for half in ("Essential Skills", "Transferable Skills"):
        without = SPLIT_FILES - {half}
        assert f"{half} to Work Activities" in without
        assert f"{half}.txt" in error_of(without).message
    assert CONTRACTS["Essential Skills to Work Activities"].headers[0].layout == "crosswalk"
    assert set(file_contracts.names_of("Skills")) == {"Skills", "Essential Skills", "Transferable Skills"}


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ("Software Skills", "Alternate Titles.txt"),
        ("Job Titles", "Job Titles.txt"),
        ("Essential Skills to Work Context", "Essential Skills to Work Context.txt"),
        ("Career Interest Types", "Skills.txt"),
    ],
)
def test_layouts_do_not_mix(added: str, named: str) -> None:
    error = error_of(CLASSIC_FILES | {added})
    assert error.code == "mixed_release_layouts"
    assert named in error.message
    assert f"{added}.txt" in error.message


def test_facts_under_their_old_and_their_new_name_do_not_mix() -> None:
    error = error_of(RENAMED_FILES | {"Interests"})
    assert error.code == "mixed_release_layouts"
    assert "Interests.txt" in error.message


def test_an_unknown_file_is_named_with_its_nearest() -> None:
    error = error_of(CLASSIC_FILES | {"Skils"})
    assert error.code == "unknown_release_file"
    assert "Skils.txt (is it Skills.txt?)" in error.message


def header_error(name: str, cells: list[str]) -> str:
    with pytest.raises(InvalidInputError) as caught:
        CONTRACTS[name].read_header(cells)
    assert caught.value.code == "bad_release_header"
    assert f"{name}.txt, line 1" in caught.value.message
    return caught.value.message


def test_headers_that_are_not_known() -> None:
    header = list(LAYOUTS["element_rating"])
    assert "'Colour' is unknown" in header_error("Skills", [*header, "Colour"])
    renamed = header_error("Skills", ["Value" if cell == "Data Value" else cell for cell in header])
    assert "'Value' is unknown" in renamed
    assert "'Data Value' is missing" in renamed
    assert "'N' is missing" in header_error("Skills", [cell for cell in header if cell != "N"])
    assert "'N' is there twice" in header_error("Skills", [*header, "N"])
    assert "is missing" in header_error("Skills", ["\t".join(header)])
    assert "Element ID" in header_error("Essential Skills to Work Context", header)


def test_columns_are_found_by_name() -> None:
    header = list(reversed(LAYOUTS["scale"]))
    assert CONTRACTS["Scales Reference"].read_header(header) == ("scale", header)
    assert CONTRACTS["Tasks to DWAs"].read_header(
        ["O*NET-SOC Code", "Task ID", "DWA Element ID", "Date", "Domain Source"]
    ) == ("task_activity", list(LAYOUTS["task_activity"]))


def test_work_styles_changed_with_release_30() -> None:
    work_styles = CONTRACTS["Work Styles"]
    assert work_styles.read_header(LAYOUTS["survey_rating"])[0] == "survey_rating"
    assert work_styles.read_header(LAYOUTS["plain_rating"])[0] == "plain_rating"


def test_software_skills_come_with_and_without_their_elements() -> None:
    full = list(LAYOUTS["software"])
    short = [column for column in full if not column.startswith("Element")]
    assert CONTRACTS["Software Skills"].read_header(full) == ("software", full)
    assert CONTRACTS["Software Skills"].read_header(short) == ("software", short)
