"""How reports break over the pages of a PDF."""

from __future__ import annotations

from pypdfium2 import PdfDocument

from jobmate_agent.services.gaps.report_pdf import to_pdf

ROWS = "\n".join(f"| skill {number} | required |" for number in range(60))
TABLE = f"## Score\n\n| Skill | Asked |\n|---|---|\n{ROWS}\n"


def pages(report_md: str) -> list[str]:
    with PdfDocument(to_pdf(report_md)) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_a_table_begins_below_its_heading_on_the_page_that_has_room() -> None:
    first, second, *_ = pages(f"{'A line.' * 3}\n\n" * 15 + TABLE)
    assert "Score" in first
    assert "skill 5 " in first
    assert "skill 59" in second


def test_a_heading_never_ends_a_page() -> None:
    for lines in range(30, 50):
        for text in pages("A line.\n\n" * lines + TABLE):
            assert "Score" not in text or "skill 0" in text
