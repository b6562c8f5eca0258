"""What words of a posting stand for among the words of a release's titles."""

from __future__ import annotations

import pytest

from jobmate_agent.services.onet.title_words import TitleWords

NAMES = [
    *["makeup artist", "stage makeup artist"],
    *["tile fitter", "tile setter", "tile layer", "steam fitter", "pipe fitter"],
    *["airplane technician", "theater technician", "organizer of funds", "jewelry molder", "anesthetist"],
    "crane operator",
]
WORDS = TitleWords(name.split() for name in NAMES)


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("make up artist", "makeup artist"),
        ("tile fitter", "tile fitter"),
        ("make", "make"),
        ("", ""),
    ],
)
def test_words_are_joined_where_titles_join_them(written: str, joined: str) -> None:
    assert WORDS.joined(written.split()) == joined.split()


def test_one_title_is_not_enough_to_join_words() -> None:
    assert TitleWords([["makeup", "artist"]]).joined(["make", "up"]) == ["make", "up"]


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("crane", ("crane",)),
        ("theatre", ("theater",)),
        ("organiser", ("organizer",)),
        ("anaesthetist", ("anesthetist",)),
        ("jewellry", ("jewelry",)),
        ("moulder", ("molder",)),
        ("operating", ("operator",)),
        ("tilefitter", ("tile", "fitter")),
        ("technican", ("technician",)),
        ("tecnhican", ("technician",)),
        ("zither", ()),
        ("cran", ()),
    ],
)
def test_an_unknown_word_stands_for_a_known_one(word: str, others: tuple[str, ...]) -> None:
    assert WORDS.standing_for(word) == others


def test_without_guessing_only_forms_of_the_same_word_count() -> None:
    assert WORDS.standing_for("theatre", guess=False) == ("theater",)
    assert WORDS.standing_for("technican", guess=False) == ()
    assert WORDS.standing_for("tilefitter", guess=False) == ()
