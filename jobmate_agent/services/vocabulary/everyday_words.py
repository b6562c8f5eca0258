"""Names that are ordinary words as well (Access, Slack, ladders): they mean the thing only where a text speaks of it.

Ordinary is a word that O*NET's own sentences use in lower case: task statements, descriptions of occupations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jobmate_agent.services.career_engine.tokens import tokenize
from jobmate_agent.services.onet.landed import Load

SHORT_NAME = 3
_SIGN = re.compile(r"[+#]")
_PLAIN_WORD = re.compile(r"[^\W\d_][a-z]*|[A-Z]+")
_LOWER_WORD = re.compile(r"(?<![\w.'’])[a-z]+(?!\w)")


def lower_case_words(texts: Iterable[str]) -> frozenset[str]:
    """Every word that stands in lower case somewhere in ``texts``."""
    return frozenset(word for text in texts for word in _LOWER_WORD.findall(text))


def read_words(load: Load) -> frozenset[str]:
    """The ordinary words of a load's task statements and descriptions."""
    cells = [
        *(file.rows(file.c.task) for file in load.having("task", "emerging_task")),
        *(file.rows(file.c.description) for file in load.having("occupation", "element")),
    ]
    return lower_case_words(text for statement in cells for text in load.session.scalars(statement))


class EverydayWords:
    """Judges names by the ordinary words of a release's own sentences."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    def ordinary(self, name: str) -> bool:
        """Whether all words of ``name`` are ordinary ones."""
        tokens = [token.norm for token in tokenize(name)]
        return all(token in self._words or token.removesuffix("s") in self._words for token in tokens)

    def ambiguous(self, name: str) -> bool:
        """Whether ``name`` may mean something else in a text: made of ordinary words, one plain word, or very short.

        One word is plain without a capital inside, a digit or a sign: Slack, PRINCE and Maya are, PowerBuilder and C++
        are not. No list of words tells which of them are also people, places or English.
        """
        if len(name) <= SHORT_NAME and not _SIGN.search(name):
            return True
        return bool(_PLAIN_WORD.fullmatch(name)) or self.ordinary(name)
