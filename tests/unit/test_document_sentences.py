"""A document's text as sentences and list items."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.document import Document


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Report on timeManage the stock", ["Report on time", "Manage the stock"]),
        ("Other duties (Filing, etc)Operating machines", ["Other duties (Filing, etc)", "Operating machines"]),
        ("Serve guests.Clean tables", ["Serve guests.", "Clean tables"]),
        ("We use javaScript, PowerPoint, openOffice, eCommerce, LinkedIn and ASP.Net", None),
    ],
)
def test_items_whose_tags_were_lost_are_sentences_of_their_own(text: str, sentences: list[str] | None) -> None:
    found = [text[each.start : each.end] for each in Document(text, "job").sentences]
    assert found == (sentences or [text])
