"""Files of wages and projections: the column names that are known, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.services.onet.wage_files import merged, read_wage_file

OURS = (
    "soc_code,year,median_wage,wage_10th_percentile,wage_90th_percentile,employment,annual_openings,outlook_percent,"
    "typical_entry_education\n"
)
OEWS = "AREA_TYPE,I_GROUP,OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,A_MEDIAN,A_PCT10,A_PCT90\n"
PROJECTIONS = (
    "Occupation Title,Occupation Code,Employment 2023,Employment 2033,Employment Change, 2023-2033,"
    '"Employment Percent Change, 2023-2033","Occupational Openings, 2023-2033 Annual Average",'
    "Median Annual Wage 2023,Typical Entry-Level Education\n"
).replace("Employment Change, 2023-2033", '"Employment Change, 2023-2033"')


def read(folder: Path, text: str | bytes, **options: Any) -> dict[str, Any]:
    path = folder / "wages.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {code: dict(row) for code, row in read_wage_file(path, **options).rows.items()}


def mistakes(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(InvalidInputError) as caught:
        read(folder, text)
    assert caught.value.code == "bad_wage_file"
    return [f"{detail['loc'][0]}: {detail['msg']}" for detail in caught.value.details] or [caught.value.message]


def test_our_own_columns_in_any_order_and_number(tmp_path: Path) -> None:
    row = "15-1252,2024,133080,79850.50,211450,1654440,129200,17.9,Bachelor's degree\n"
    assert read(tmp_path, OURS + row) == {
        "15-1252": {
            "year": 2024,
            "median_wage": 133080.0,
            "wage_10th_percentile": 79850.5,
            "wage_90th_percentile": 211450.0,
            "employment": 1654440,
            "annual_openings": 129200,
            "outlook_percent": 17.9,
            "typical_entry_education": "Bachelor's degree",
        }
    }
    assert read(tmp_path, "median_wage,soc_code\n50000,15-1252\n") == {
        "15-1252": {"year": None, "median_wage": 50000.0}
    }


def test_oews_rows_of_groups_areas_and_industries_are_left_out(tmp_path: Path) -> None:
    text = OEWS + (
        '1,cross-industry,00-0000,All Occupations,total,"155,495,730","49,500","30,600","125,720"\n'
        '1,cross-industry,15-0000,Computer,major,"5,000,000","100,000","50,000","180,000"\n'
        '1,cross-industry,15-1252,Software Developers,detailed,"1,654,440","133,080","79,850","211,450"\n'
        '1,cross-industry,29-1216,Physicians,detailed,"67,440",#,"73,000",#\n'
        "1,cross-industry,27-2011,Actors,detailed,**,*,*,*\n"
        '1,sector,15-1252,Software Developers,detailed,"10","90,000","79,850","211,450"\n'
        '2,cross-industry,15-1252,Software Developers,detailed,"20","91,000","79,850","211,450"\n'
    )
    rows = read(tmp_path, text, year=2024)
    assert set(rows) == {"15-1252", "29-1216", "27-2011"}
    assert rows["15-1252"] == {
        "year": 2024,
        "employment": 1654440,
        "median_wage": 133080.0,
        "wage_10th_percentile": 79850.0,
        "wage_90th_percentile": 211450.0,
    }
    assert rows["29-1216"]["median_wage"] is None
    assert rows["29-1216"]["wage_10th_percentile"] == 73000.0
    assert set(rows["27-2011"].values()) == {2024, None}


def test_employment_projections_count_in_thousands(tmp_path: Path) -> None:
    text = PROJECTIONS + (
        'Total,"=""00-0000""",167849.8,174589,6739.2,4,19555.2,48060,\n'
        'Software developers,"=""15-1252""",1692.1,1995.7,303.7,17.9,129.2,132270,Bachelor\'s degree\n'
        'Surgeons,"=""29-1240""",60.1,62,1.9,3.2,1.8,>=239200,Doctoral or professional degree\n'
    )
    rows = read(tmp_path, text)
    assert rows["15-1252"] == {
        "year": None,
        "employment": 1692100,
        "outlook_percent": 17.9,
        "annual_openings": 129200,
        "median_wage": 132270.0,
        "typical_entry_education": "Bachelor's degree",
    }
    assert rows["29-1240"]["median_wage"] is None


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    assert set(read(tmp_path, b"\xef\xbb\xbfsoc_code,median_wage\r\n15-1252,50000\r\n\r\n")) == {"15-1252"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1-1252,50000", "line 2: '1-1252' is not a SOC code such as 15-1252"),
        ("15-1252,fifty", "line 2: median_wage 'fifty' is not a number"),
        ("15-1252,5,0000", "line 2: has 3 columns, the header 2"),
        ('15-1252,"5,0000"', "line 2: median_wage '5,0000' is not a number"),
        ("15-1252,12.50", "line 2: median_wage 12.50 is not between 1000 and 5e+06"),
        ("15-1252,-50000", "line 2: median_wage -50000 is not between 1000 and 5e+06"),
        ("15-1252,50000\n15-1252,60000", "line 3: 15-1252 is there already"),
        ("15-1252,1e5", "line 2: median_wage '1e5' is not a number"),
        ("15-1252,nan", "line 2: median_wage 'nan' is not a number"),
        ("15-1252", "line 2: has 1 columns, the header 2"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: str, message: str) -> None:
    assert mistakes(tmp_path, f"soc_code,median_wage\n{row}\n") == [message]


def test_every_wrong_line_is_told_at_once(tmp_path: Path) -> None:
    wrong = mistakes(tmp_path, "soc_code,median_wage\n15-1252,x\n15-1253,50000\nabc,y\n")
    assert [line.split(":")[0] for line in wrong] == ["line 2", "line 4", "line 4"]


def test_wages_must_be_in_order(tmp_path: Path) -> None:
    assert mistakes(tmp_path, OURS + "15-1252,,50000,60000,70000,,,,\n") == [
        "line 2: wage_10th_percentile 60000 is above median_wage 50000"
    ]
    assert mistakes(tmp_path, OURS + "15-1252,,,60000,50000,,,,\n") == [
        "line 2: wage_10th_percentile 60000 is above wage_90th_percentile 50000"
    ]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "no columns that are understood"),
        (b"soc_code\n15-1252\n", "no columns that are understood"),
        (b"soc_code,median_wage,MEDIAN_WAGE\n", "two columns for median_wage"),
        (b"soc_code,median_wage\n", "no row of a detailed occupation"),
        (b"soc_code,median_wage\n\xff\xfe", "not UTF-8"),
        (b'soc_code,median_wage\n15-1252,"50', "not CSV"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    assert part in mistakes(tmp_path, content)[0]


def test_of_two_files_the_first_that_has_a_figure_gives_it(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("soc_code,median_wage\n15-1252,50000\n")
    second.write_text("soc_code,median_wage,annual_openings\n15-1252,60000,10\n15-1253,70000,20\n")
    rows, digest = merged([read_wage_file(first), read_wage_file(second)])
    assert [(row["soc_code"], row["median_wage"], row["annual_openings"]) for row in rows] == [
        ("15-1252", 50000.0, 10),
        ("15-1253", 70000.0, 20),
    ]
    assert digest != merged([read_wage_file(second), read_wage_file(first)])[1]


def test_two_files_must_not_contradict_each_other(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("soc_code,wage_10th_percentile\n15-1252,90000\n")
    second.write_text("soc_code,median_wage\n15-1252,60000\n")
    with pytest.raises(InvalidInputError):
        merged([read_wage_file(first), read_wage_file(second)])
