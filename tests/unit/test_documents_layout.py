"""Reading order of a page, from boxes alone and from real resumes."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from jobmate_agent.services.documents.layout import Box, reading_order
from jobmate_agent.services.documents.pdf import read_pdf
from jobmate_agent.services.documents.plain import clean_text, read_markdown, read_plain
from jobmate_agent.services.documents.word import read_docx
from tests.tools.make_bad_files import FILES, LEFT, RIGHT

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "resumes"
SAMPLES = Path(__file__).resolve().parents[2] / "jobmate_agent" / "samples" / "resumes"
READERS = {".pdf": read_pdf, ".docx": read_docx, ".txt": read_plain, ".md": read_markdown}
NO_TEXT_LAYER = "12632728.pdf"

needs_real_resumes = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resumes are not at {REAL}")


def line(text: str, x: float, y: float, width: float = 6, height: float = 10) -> list[Box]:
    """The words of a line set in letters of equal width."""
    boxes = []
    for match in re.finditer(r"\S+", text):
        left = x + match.start() * width
        boxes.append(Box(left, y, left + len(match[0]) * width, y + height, match[0]))
    return boxes


def column(texts: list[str], x: float, top: float = 700, leading: float = 13) -> list[Box]:
    return [box for number, text in enumerate(texts) for box in line(text, x, top - leading * number)]


def text_of(path: Path) -> str:
    return clean_text(READERS[path.suffix](path.read_bytes()).text)


def test_columns_one_after_the_other() -> None:
    left = [f"left text {n}" for n in range(6)]
    right = [f"right text that goes on for longer {n}" for n in range(8)]
    assert reading_order([*column(right, 250), *column(left, 50)]).split("\n") == [*left, "", *right]


def test_a_heading_across_both_columns_comes_first() -> None:
    left = [f"left text {n}" for n in range(5)]
    right = [f"right text that goes on for longer {n}" for n in range(5)]
    heading = line("Kim Example, registered nurse, Port Ellery, since 2014", 50, 760)
    read = reading_order([*column(left, 50), *heading, *column(right, 250)])
    assert [part for part in read.split("\n") if part] == [
        "Kim Example, registered nurse, Port Ellery, since 2014",
        *left,
        *right,
    ]


def test_dates_at_the_margin_stay_on_their_line() -> None:
    titles = [f"Line Cook at the restaurant number {n}" for n in range(6)]
    dates = [f"201{n}–201{n + 1}" for n in range(6)]
    expected = [f"{title}   {date}" for title, date in zip(titles, dates, strict=True)]
    assert reading_order([*column(titles, 50), *column(dates, 450)]).split("\n") == expected
    expected = [f"{date}   {title}" for title, date in zip(titles, dates, strict=True)]
    assert reading_order([*column(dates, 50), *column(titles, 200)]).split("\n") == expected


def test_bullets_stay_with_their_text() -> None:
    texts = [f"Cleaned the grill and the fryer, week {n}" for n in range(6)]
    read = reading_order([*column(["●"] * 6, 50), *column(texts, 80)])
    assert [" ".join(part.split()) for part in read.split("\n")] == [f"● {text}" for text in texts]


def test_a_gutter_is_found_beside_a_wider_gap_before_dates() -> None:
    sidebar = [f"Sidebar words, row {n}" for n in range(8)]
    titles = [f"Line Cook at number {n}" for n in range(8)]
    dates = [f"201{n}–2020" for n in range(8)]
    boxes = [*column(sidebar, 50, leading=17), *column(titles, 230), *column(dates, 480)]
    parts = [" ".join(part.split()) for part in reading_order(boxes).split("\n") if part]
    assert parts == [*sidebar, *(f"{title} {date}" for title, date in zip(titles, dates, strict=True))]


@given(
    st.lists(
        st.builds(
            lambda x, y, width, height, text: Box(x, y, x + width, y + height, text),
            *[st.floats(-1000, 1000)] * 2,
            *[st.floats(0, 200)] * 2,
            st.text("abc ", max_size=4),
        ),
        max_size=40,
    )
)
def test_no_word_is_lost_or_doubled(boxes: list[Box]) -> None:
    words = Counter(word for box in boxes for word in box.text.split())
    assert Counter(reading_order(boxes).split()) == words


@pytest.mark.parametrize("name", ["two_column.pdf", "two_column_interleaved.pdf"])
def test_two_columns(name: str) -> None:
    assert [part for part in read_pdf(FILES[name]()).text.split("\n") if part] == [*LEFT, *RIGHT]


def test_the_two_column_sample() -> None:
    text = text_of(SAMPLES / "backend-developer.pdf")
    order = [text.index(part) for part in ("Contact", "• PostgreSQL", "Languages", "Profile", "Experience", "Halyard")]
    assert order == sorted(order)
    assert "Backend developer with eight years of experience, six of them mainly in Python. I like" in text


def assert_sane(path: Path, text: str) -> None:
    lines = [part for part in text.split("\n") if part]
    assert len(text.split()) > 60, path
    assert max(map(len, text.split())) < 120, path
    bare = [part for part in lines if not any(map(str.isalnum, part))]
    assert len(bare) <= 0.1 * len(lines) + 8, (path, bare)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*[!n]")), ids=lambda path: path.name)
def test_samples_are_sane(path: Path) -> None:
    assert_sane(path, text_of(path))


@needs_real_resumes
def test_real_resumes_lose_nothing_and_their_words_stand_apart() -> None:
    paths = sorted(path for path in REAL.glob("*/*.pdf") if path.parent.name != "formats")
    assert len(paths) > 50
    known, glued = Counter[str](), 0
    for path in paths:
        content = path.read_bytes()
        text = text_of(path)
        if path.name == NO_TEXT_LAYER:
            assert text == ""
            continue
        assert_sane(path, text)
        with PdfDocument(content) as document:
            drawn = "".join(page.get_textpage().get_text_range() for page in document)
        assert letters(text) == letters(clean_text(drawn)), path
        words = re.findall(r"[a-z]+", text.lower())
        known.update(words)
    common = {word for word, times in known.items() if times >= 20 and len(word) > 3}
    for word, times in known.items():
        glued += times * any(word.endswith(other) and known[word.removesuffix(other)] >= 20 for other in common)
    assert glued < 0.01 * known.total(), glued


def letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalnum())


@needs_real_resumes
@pytest.mark.parametrize("path", sorted((REAL / "formats").glob("*.*")), ids=lambda path: path.name)
def test_resumes_of_other_tools_and_languages(path: Path) -> None:
    text = text_of(path)
    assert_sane(path, text) if path.stem not in {"chinese-cv", "amharic-cv"} else None
    expectations = json.loads((path.parent / "expectations" / f"{path.stem}.json").read_text())
    flat = " ".join(text.lower().split())
    for keywords in expectations["expected_item_keywords"]:
        assert [word for word in keywords if word not in flat] == []


@needs_real_resumes
def test_text_boxes_and_bullets_of_real_templates() -> None:
    timeline = text_of(REAL / "formats" / "simple-timeline.docx").split("\n")
    assert {"Skill Highlights", "• Project management", "Luna Web Design, New York"} <= set(timeline)
    assert timeline.count("ANTHONY DAVIES") == 1
    formal = text_of(REAL / "formats" / "tabiya-cv-formal-1.pdf").split("\n")
    assert "● Led the design of 5+ consumer electronic products for European clients." in formal
    assert "●" not in formal
