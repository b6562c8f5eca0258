"""A real engine over a small vocabulary: the packaged model and an embedded Chroma, built once a test process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from jobmate_agent.adapters.chroma import open_index
from jobmate_agent.adapters.embeddings import PACKAGED_MODEL, SentenceEmbedder
from jobmate_agent.adapters.span_tagger import PackagedSpanTagger
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import ChatModel, VectorIndex, Vocabulary
from tests.unit.vocabularies import vocabulary


@cache
def embedder() -> SentenceEmbedder:
    return SentenceEmbedder(PACKAGED_MODEL)


@cache
def tagger() -> PackagedSpanTagger:
    return PackagedSpanTagger()


@cache
def small_vocabulary() -> Vocabulary:
    return vocabulary()


@cache
def small_index() -> VectorIndex:
    folder = tempfile.mkdtemp(prefix="jobmate-index-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return open_index(Path(folder), small_vocabulary(), embedder())


def small_engine(chat_model: ChatModel | None = None, *, choose_entries: bool = False) -> CareerEngine:
    return CareerEngine(
        small_vocabulary(),
        embedder(),
        small_index(),
        chat_model,
        EngineSettings(),
        tagger(),
        choose_entries=choose_entries,
    )
