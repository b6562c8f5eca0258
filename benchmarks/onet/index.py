"""Building a vector index beside encoding its texts and nothing else."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from benchmarks.table import Aim, Row
from jobmate_agent.adapters.chroma import EMBED_BATCH, build_index
from jobmate_agent.adapters.embeddings import PACKAGED_MODEL, SentenceEmbedder
from jobmate_agent.adapters.vector_store import indexed
from jobmate_agent.db import Database
from jobmate_agent.models.onet import PUBLISHED, OnetRelease
from jobmate_agent.services.career_engine.entry_texts import entry_texts
from jobmate_agent.services.career_engine.types import Vocabulary
from jobmate_agent.services.vocabulary import store

AIM = Aim("ratio", "<=", 1.3)
# A part of what is indexed, because both take minutes for all of it; every so-manieth entry, so that kinds are mixed.
ENTRIES = 3000


def row(database: Database, folder: Path) -> Row:
    """Seconds; ``database`` has a release published."""
    with database.reading() as session:
        release = session.scalars(sa.select(OnetRelease).where(OnetRelease.published_key == PUBLISHED)).one()
        part = _part(store.load_vocabulary(session, release))
    texts = [text.text for text in entry_texts(part)]
    # Each has an embedder of its own: one keeps what it has encoded.
    embedder = _loaded()
    began = time.perf_counter()
    for start in range(0, len(texts), EMBED_BATCH):
        embedder.encode(texts[start : start + EMBED_BATCH])
    floor = time.perf_counter() - began
    embedder = _loaded()
    began = time.perf_counter()
    build_index(folder / "index", part, embedder)
    return Row("onet.index_build", time.perf_counter() - began, f"s, {len(texts)} texts", floor=floor, aim=AIM)


def _part(whole: Vocabulary) -> Vocabulary:
    found = indexed(whole)
    entries = found[:: max(1, len(found) // ENTRIES)]
    return replace(whole, entries=entries, by_id={entry.id: entry for entry in entries})


def _loaded() -> SentenceEmbedder:
    embedder = SentenceEmbedder(PACKAGED_MODEL)
    embedder.load()
    return embedder
