"""What is said of text that a file holds and does not show. The readers of files leave it out and count it."""

from __future__ import annotations

from collections.abc import Sequence

from jobmate_agent.services.career_engine.types import DocType, Finding

_WAYS = {
    "unseen": "in the colour of the paper, covered or transparent",
    "tiny": "too small to read",
    "off_page": "outside of the page",
    "marked": "marked as hidden",
}


def hidden_finding(doc_type: DocType, words: int, ways: Sequence[str], sample: str) -> Finding:
    """That ``words`` words were left out, in which ``ways`` they are hidden, and how they begin.

    They are in no text, so that there is no evidence to show.
    """
    how = "; ".join(_WAYS[way] for way in ways)
    count = f"{words} word" if words == 1 else f"{words} words"
    if doc_type == "job":
        message = f"{count} of this posting cannot be seen by its readers ({how}): “{sample}”. Left out."
    else:
        message = (
            f"{count} of your resume cannot be seen by its readers ({how}): “{sample}”. Left out. Employers' programs "
            "may take hidden words for cheating; remove them from the file."
        )
    return Finding("hidden_text", message)
