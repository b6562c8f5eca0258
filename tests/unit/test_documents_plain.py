"""Clean text, and text out of bytes."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.plain import clean_text, read_text

ANYTHING = st.text(st.characters(exclude_categories=()))


@given(ANYTHING)
@example("a\r\n\r\n\r\n\rb\x0bc\x85d\u2028e")
@example("\uf0b7 Grill\n\uf0b7\uf0b7")
@example("e\u0301\u200b\u0301")
def test_clean_text_keeps_its_laws(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean == unicodedata.normalize("NFC", clean)
    assert clean == clean.strip()
    assert "\n\n\n" not in clean
    assert all(line == line.rstrip() for line in clean.split("\n"))
    categories = {unicodedata.category(char) for char in clean if char != "\n"}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    clean.encode()


@given(
    st.text(
        st.characters(categories=("L", "N", "P", "S"), exclude_characters="\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06")
    )
)
def test_clean_text_keeps_everything_that_can_be_read(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\tb\xa0c\u2003d\u3000e", "a    b c d e"),
        ("zero\u200bwidth\xadsoft\ufeffmark\u202ereversed", "zerowidthsoftmarkreversed"),
        ("co\ufffe\nworker", "co-\nworker"),
        ("o\ufb03ce pro\ufb01le \ufb02ow", "office profile flow"),
        ("Zoe\u0308", "Zoë"),
        ("  \uf0b7 Grill\nSee \uf0e8 below", "• Grill\nSee  below"),
        ("a\n \n\t\n\n\nb", "a\n\nb"),
        ("\ud800x\x00y", "xy"),
        ("", ""),
    ],
)
def test_clean_text(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Zoë".encode(), "Zoë"),
        ("Zoë".encode("utf-8-sig"), "Zoë"),
        ("Zoë – 40 €".encode("cp1252"), "Zoë – 40 €"),
        ("電気".encode("utf-16"), "電気"),
        (b"\xfe\xff" + "電気".encode("utf-16-be"), "電気"),
        (b"", ""),
        (b"one\x0ctwo\x1b", "one\x0ctwo\x1b"),
    ],
)
def test_read_text(content: bytes, text: str) -> None:
    assert read_text(content) == text


@pytest.mark.parametrize(
    "content",
    [
        b"Resume\x00",
        "Zoë".encode("utf-16-le"),
        b"\xff\xfea",
        b"\xff\xfe" + "a\0b".encode("utf-16-le"),
        bytes(range(1, 256)) * 4,
        b"\x81\x8d\x8f",
    ],
)
def test_what_is_no_text(content: bytes) -> None:
    with pytest.raises(UnreadableDocumentError) as raised:
        read_text(content)
    assert raised.value.code == "wrong_content"


@given(st.binary())
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    with suppress(UnreadableDocumentError):
        assert "\x00" not in read_text(content)
