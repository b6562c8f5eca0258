"""``python -m benchmarks.starter_vectors``: encode the texts of the starter vocabulary, to be shipped with the code."""

from __future__ import annotations

from jobmate_agent.adapters.embeddings import PACKAGED_MODEL, SentenceEmbedder
from jobmate_agent.adapters.starter_vectors import STARTER_VECTORS, StarterVectors, write
from jobmate_agent.services.career_engine.entry_texts import background_texts, entry_texts
from jobmate_agent.services.vocabulary.starter import read_starter
from jobmate_agent.services.vocabulary.store import vocabulary_of


def starter_texts() -> list[str]:
    """Every text that an index of the starter vocabulary is made of, once."""
    vocabulary = vocabulary_of(read_starter())
    return list(dict.fromkeys([*(text.text for text in entry_texts(vocabulary)), *background_texts(vocabulary)]))


def main() -> None:
    texts = starter_texts()
    embedder = SentenceEmbedder(PACKAGED_MODEL, StarterVectors({}))
    write(STARTER_VECTORS, embedder.model_id, dict(zip(texts, embedder.encode(texts), strict=True)))
    print(f"{STARTER_VECTORS}: {len(texts)} texts, {STARTER_VECTORS.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
