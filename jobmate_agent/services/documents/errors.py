"""Why a document could not be read."""

from __future__ import annotations


class UnreadableDocumentError(Exception):
    """The document cannot be read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
