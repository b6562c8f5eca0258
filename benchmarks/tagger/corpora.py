"""Labelled texts that the span tagger learns from, each in the labels of its own scheme.

SkillSpan (Zhang et al. 2022, MIT): sentences of postings with two layers, *skill* (what somebody can do) and
*knowledge*. Sayfullina et al. (MIT): soft skills in the words around them. dotin (CC0): resumes with tools, skills of
the job and soft skills. The folders are those of ``shared/data/gold``; nothing of them is in the repository.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SKILL, KNOWLEDGE, SOFT = "skill", "knowledge", "soft"
RESUME_TOOL, RESUME_JOB, RESUME_SOFT = "resume_tool", "resume_job", "resume_soft"
DOTIN = {"Tech Tools": RESUME_TOOL, "Job Specific Skills": RESUME_JOB, "Soft Skills": RESUME_SOFT}
# Every third resume stays unseen.
HELD_OUT = 3
# Of the documents that training may see, one in so many is kept back for calibration.
KEPT_BACK = 10
_WORD = re.compile(r"\S+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and, for each head that its scheme knows, the labelled spans of characters.

    ``document`` names what the text is a part of: a posting, a resume or a snippet.
    """

    text: str
    spans: Mapping[str, Sequence[Span]]
    document: str = ""

    @property
    def kept_back(self) -> bool:
        """Whether the text is for calibration: whole documents are, so that no part of one is known from training."""
        return zlib.crc32(self.document.encode()) % KEPT_BACK == 0


def skillspan(path: Path) -> list[Labelled]:
    """The sentences of a SkillSpan file, their tokens joined by blanks."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        starts, text = _joined(row["tokens"])
        found.append(
            Labelled(
                text,
                {
                    SKILL: _spans(row["tags_skill"], starts, row["tokens"]),
                    KNOWLEDGE: _spans(row["tags_knowledge"], starts, row["tokens"]),
                },
                f"{row['source']} {row['idx']}",
            )
        )
    return found


def sayfullina(path: Path) -> list[Labelled]:
    """The snippets of a CoNLL file of soft skills."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line.strip()]
        if rows:
            tokens, tags = [row[0] for row in rows], [row[-1] for row in rows]
            starts, text = _joined(tokens)
            found.append(Labelled(text, {SOFT: _spans(tags, starts, tokens)}, text))
    return found


def dotin(folder: Path, *, held_out: bool) -> list[list[Labelled]]:
    """The resumes, each as its lines: those that training may see, or the others."""
    files = sorted(folder.glob("*.xml"), key=lambda path: int(path.stem))
    chosen = [path for number, path in enumerate(files) if (number % HELD_OUT == 0) == held_out]
    return [list(_resume(path)) for path in chosen]


def _resume(path: Path) -> Iterator[Labelled]:
    text, spans = "", []
    for piece, label in _pieces(ET.fromstring(path.read_bytes())):
        if label in DOTIN:
            spans.append((len(text), len(text) + len(piece), DOTIN[label]))
        text += piece
    for line in re.finditer(r"[^\n]+", text):
        here = [
            (head, _trimmed(text, max(start, line.start()), min(end, line.end())))
            for start, end, head in spans
            if start < line.end() and end > line.start()
        ]
        found: dict[str, list[Span]] = {head: [] for head in DOTIN.values()}
        for head, (start, end) in here:
            if start < end:
                found[head].append((start - line.start(), end - line.start()))
        if _WORD.search(line.group()):
            yield Labelled(line.group(), found, path.name)


def _pieces(element: ET.Element) -> Iterator[tuple[str, str]]:
    """Runs of text with the label of the innermost element around each."""
    yield element.text or "", element.get("type", "")
    for child in element:
        yield from _pieces(child)
        yield child.tail or "", element.get("type", "")


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _joined(tokens: Sequence[str]) -> tuple[list[int], str]:
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token) + 1
    return starts, " ".join(tokens)


def _spans(tags: Sequence[str], starts: Sequence[int], tokens: Sequence[str]) -> list[Span]:
    """Spans of characters from BIO tags; an I without a B before it begins one, too."""
    found: list[Span] = []
    before = "O"
    for tag, start, token in zip(tags, starts, tokens, strict=True):
        kind = tag[0]
        if kind == "B" or (kind == "I" and before == "O"):
            found.append((start, start + len(token)))
        elif kind == "I":
            found[-1] = (found[-1][0], start + len(token))
        before = kind
    return found
