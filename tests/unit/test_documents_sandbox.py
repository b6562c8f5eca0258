"""The parser child: what it may use, what it may know, and how it ends."""

from __future__ import annotations

import io
import subprocess
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.sandbox import SandboxLimits, read_document
from tests.tools.make_bad_files import FILES

LIMITS = SandboxLimits(seconds=15, memory_mb=1024)
HOSTILE_PAGES = {
    "entities": "<!DOCTYPE x ["
    + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(12))
    + "]><html><body>&a12; <p>Cook at night</p></body></html>",
    "depth": "<div>" * 200_000 + "deep" + "</div>" * 200_000,
    "open tags": "<b>" * 500_000 + "deep",
    "json depth": '<script type="application/ld+json">' + "[" * 200_000 + "</script><p>Cook at night</p>",
    "many scripts": '<script type="application/ld+json">[{"@type":"JobPosting"}]</script>' * 30_000 + "<p>Cook</p>",
    "brackets": "<" * 2_000_000,
    "comments": "<!--" * 500_000,
    "microdata": '<div itemscope itemprop="a" itemtype="https://schema.org/JobPosting">' * 25_000,
    "items": "<ul>" + "<li>a b c d" * 150_000,
}


def code_of(content: bytes, kind: str, limits: SandboxLimits = LIMITS) -> str:
    with pytest.raises(UnreadableDocumentError) as raised:
        read_document(content, kind, limits)
    return raised.value.code


def test_it_reads_within_its_limits() -> None:
    assert read_document(FILES["two_column.pdf"](), "pdf", LIMITS)["text"].startswith("I design")
    assert read_document(b"a\r\nb", "txt", LIMITS) == {"text": "a\nb", "hidden": None}
    commented = read_document(b"Jane<!-- python docker -->", "md", LIMITS)
    assert commented == {"text": "Jane", "hidden": {"words": 2, "ways": ["marked"], "sample": "python docker"}}


def test_time_ends_it() -> None:
    assert code_of(FILES["hang.pdf"](), "pdf", SandboxLimits(seconds=1.5, memory_mb=1024)) == "unreadable"


@pytest.mark.parametrize("name", ["memory.pdf", "billion_laughs.pdf", "crash.pdf"])
def test_memory_and_crashes_end_it_alone(name: str) -> None:
    assert code_of(FILES[name](), "pdf") == "unreadable"


def test_too_little_memory_to_begin_with() -> None:
    assert code_of(b"text", "docx", SandboxLimits(seconds=15, memory_mb=20)) in {
        "unreadable",
        "expands_too_far",
        "corrupt",
    }


def test_its_answer_is_bounded() -> None:
    limits = SandboxLimits(seconds=15, memory_mb=1024, max_chars=5)
    assert read_document(b" abcde\n", "txt", limits)["text"] == "abcde"
    assert code_of(b"abcdef", "txt", limits) == "text_too_long"


def test_it_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBMATE_KEYS", "secret")
    run, seen = subprocess.run, []

    def watched(*args: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    assert read_document(b"text", "txt", LIMITS)["text"] == "text"
    assert [set(environment) for environment in seen] == [{"PYTHONPATH"}]


def test_pages_are_counted() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(61):
        canvas.drawString(72, 72, "page")
        canvas.showPage()
    canvas.save()
    assert code_of(out.getvalue(), "pdf") == "too_many_pages"


@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_hostile_pages_end_in_an_answer(name: str) -> None:
    assert outcome(HOSTILE_PAGES[name].encode()) in {"read", "has_no_text", "corrupt", "unreadable"}


def outcome(page: bytes) -> str:
    try:
        found = read_document(page, "posting", LIMITS)
    except UnreadableDocumentError as exc:
        return exc.code
    return "read" if len(found["description"]) <= LIMITS.max_chars else "too much"
