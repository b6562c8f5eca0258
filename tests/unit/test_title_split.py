"""Titles kept back from a release stay out of what is learned from, and those of the evaluation out of both."""

from __future__ import annotations

from pathlib import Path

from benchmarks.titles.split import evaluated, split
from jobmate_agent.services.onet.occupation_index import OccupationText

OCCUPATIONS = [
    OccupationText(1, "27-1.00", ("Face Painters", "Make-up Artist", "Mask Maker", "Wig Maker"), "", ""),
    OccupationText(2, "27-2.00", ("Stage Hands", "Mask Maker", "Rope Puller", "MAKEUP ARTIST"), "", ""),
]


def test_no_title_is_on_both_sides(tmp_path: Path) -> None:
    table = tmp_path / "asked.csv"
    table.write_text("title,onet_code\nSenior makeup artists (m/f/d),27-1.00\n", encoding="utf-8")
    found = split(OCCUPATIONS, evaluated(table), count=2)
    left = {title for each in found.rest for title in each.titles}
    assert len(found.asked) == 2
    assert left | set(found.asked) == {"Face Painters", "Stage Hands", "Mask Maker", "Wig Maker", "Rope Puller"}
    assert not left & set(found.asked)
    assert [each.titles[0] for each in found.rest] == ["Face Painters", "Stage Hands"]


def test_a_title_is_right_for_all_that_have_it() -> None:
    found = split(OCCUPATIONS, [], count=10)
    assert dict(zip(found.asked, found.right, strict=True))["Mask Maker"] == {"27-1.00", "27-2.00"}
    assert [each.titles for each in found.rest] == [("Face Painters",), ("Stage Hands",)]
