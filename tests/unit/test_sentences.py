"""Where sentences begin."""

from __future__ import annotations

import pytest

from jobmate_agent.services.onet.sentences import sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Bake bread", 1),
        ("Bake bread. Sell it.", 2),
        ("Use tools, e.g. Python 3. Write tests! Do they pass? Yes.", 4),
        ("Work for the U.S. Department of Labor. Travel.", 2),
        ("Earn 1.5 times as much. 3 shifts a day.", 2),
        ('Ask Dr. Smith (or St. Mary). "Go." They said so.', 3),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert len(sentences(text)) == count
    assert " ".join(sentences(text)).split() == text.split()
