"""Vectors of the starter vocabulary's texts, shipped with the code, so that a first start need not encode them.

The file has ``digests`` (n × 16 uint8, the start of each text's sha256), ``vectors`` (n × d float32, in the same
order), and in its metadata the id of the ``model`` that made them. ``make starter-vectors`` makes it anew. A text that
is not in it is encoded where it is needed: a file that is behind the vocabulary makes a start slow, nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.types import Vectors

STARTER_VECTORS = Path(__file__).parent.parent / "starter" / "vectors.safetensors"
DIGEST_BYTES = 16


class StarterVectors:
    """What one model says of some texts. Reads only."""

    def __init__(self, rows: Mapping[bytes, Vectors]) -> None:
        """``rows``: the vector of each text, by the start of its digest."""
        self._rows = rows

    @classmethod
    def read(cls, model_id: str, path: Path = STARTER_VECTORS) -> StarterVectors:
        """Those that ``model_id`` made: none where there is no file or another model made it.

        ``starter_vectors_damaged`` (500) where it cannot be read.
        """
        if not path.is_file():
            return cls({})
        try:
            with safe_open(path, framework="np") as stored:
                if stored.metadata()["model"] != model_id:
                    return cls({})
                digests, vectors = stored.get_tensor("digests"), stored.get_tensor("vectors")
        except SafetensorError as exc:
            raise JobMateError(
                "starter_vectors_damaged", f"{path} cannot be read ({exc}); install jobmate-agent anew.", status=500
            ) from exc
        return cls({digest.tobytes(): vector for digest, vector in zip(digests, vectors, strict=True)})

    def known(self, texts: Iterable[str]) -> dict[str, Vectors]:
        """The vectors (d float32, of length 1) of those ``texts`` that there are some of."""
        found = ((text, self._rows.get(digest(text))) for text in texts)
        return {text: vector for text, vector in found if vector is not None}


def write(path: Path, model_id: str, vectors: Mapping[str, Vectors]) -> None:
    """Store what ``model_id`` says of some texts, in an order that depends on the texts alone."""
    rows = sorted(((digest(text), vector) for text, vector in vectors.items()), key=lambda row: row[0])
    digests = np.frombuffer(b"".join(key for key, _ in rows), dtype=np.uint8).reshape(len(rows), DIGEST_BYTES)
    save_file({"digests": digests, "vectors": np.stack([vector for _, vector in rows])}, path, {"model": model_id})


def digest(text: str) -> bytes:
    """What stands for a text in the file."""
    return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]
