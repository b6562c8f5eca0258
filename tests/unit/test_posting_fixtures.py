"""The hand-written postings of the 22 occupation groups and the phrases that a vocabulary should know."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "fixtures" / "postings"
EXPECTED: dict[str, list[str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def test_every_major_group_has_a_posting_with_twelve_phrases_that_stand_in_it() -> None:
    assert list(EXPECTED) == [f"{group}" for group in range(11, 54, 2)]
    for group, phrases in EXPECTED.items():
        text = (FOLDER / f"{group}.md").read_text(encoding="utf-8")
        assert 1_000 <= len(text) <= 2_500, group
        assert len(set(phrases)) == len(phrases) >= 12, group
        assert [phrase for phrase in phrases if phrase not in text] == [], group
