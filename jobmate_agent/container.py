"""Builds concrete adapters, lazily and once a process; the only module that knows them all.

Heavy adapters are imported inside the properties that build them, so that the web process never loads them.
"""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobmate_agent import crypto
from jobmate_agent.clock import utcnow
from jobmate_agent.crypto import KeyRing
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.settings import Settings

if TYPE_CHECKING:
    from jobmate_agent.adapters.embeddings import SentenceEmbedder
    from jobmate_agent.adapters.onet_download import OnetDownloads
    from jobmate_agent.background.alerts import Alerts
    from jobmate_agent.background.dispatch import Dispatcher
    from jobmate_agent.services.accounts.issuers import IssuerKeys
    from jobmate_agent.services.career_engine.career_engine import CareerEngine
    from jobmate_agent.services.career_engine.types import (
        ChatModel,
        Progress,
        SpanTagger,
        VectorIndex,
        Vocabulary,
    )
    from jobmate_agent.services.gaps.keyed_locks import KeyedLocks
    from jobmate_agent.services.gaps.notices import Frontend
    from jobmate_agent.services.onet.cache import Cache
    from jobmate_agent.services.onet.job_occupations import OccupationIndexes
    from jobmate_agent.services.onet.web_services import OnetLookup
    from jobmate_agent.services.token_uses import TokenUses


class Container:
    """Everything that one process shares."""

    def __init__(
        self, settings: Settings | None = None, *, use_database: bool = True, progress: Progress | None = None
    ) -> None:
        """``use_database`` False: the vocabulary comes straight from the starter files (no account, no server).

        ``progress`` is told about long work, such as building the vector index.
        """
        self.settings = settings or Settings()
        self._use_database = use_database
        self._progress = progress
        self._building = threading.RLock()
        self._vocabulary: Vocabulary | None = None
        self._index: tuple[str, VectorIndex] | None = None
        self._engine: CareerEngine | None = None

    @cached_property
    def data_dir(self) -> Path:
        """The data folder; nobody else can look into one that is made here."""
        self.settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.settings.data_dir

    @cached_property
    def keys(self) -> KeyRing:
        """The installation's keys, made active for encrypted columns."""
        if self.settings.keys is not None:
            ring = crypto.parse_key_ring(self.settings.keys.get_secret_value())
        else:
            path = self.data_dir / "keys.json"
            if not path.exists():
                self._require_no_lost_keys(path)
            ring = crypto.load_key_file(path, create=self.settings.env == "development")
        crypto.activate(ring)
        return ring

    def _require_no_lost_keys(self, path: Path) -> None:
        from jobmate_agent.services.accounts.key_check import has_keys

        database = Database(self.settings.effective_database_url)
        try:
            # Somebody else may have made them since: the file comes first, then the database.
            if has_keys(database) and not path.exists():
                raise JobMateError(
                    "lost_keys",
                    f"The key file {path} is missing, and the database was written with its keys; restore it from a "
                    "backup, or set JOBMATE_KEYS.",
                    status=503,
                )
        finally:
            database.dispose()

    @cached_property
    def db(self) -> Database:
        """The database; opening it activates the keys that its encrypted columns need."""
        assert self.keys
        if not self.settings.database_url:
            assert self.data_dir
        return Database(self.settings.effective_database_url)

    @cached_property
    def issuer_keys(self) -> IssuerKeys:
        """Public keys of the configured external issuers."""
        from jobmate_agent.adapters.jwks import JwksIssuerKeys

        return JwksIssuerKeys(self.settings.external_issuers)

    @cached_property
    def token_uses(self) -> TokenUses:
        """Notes when API keys were used."""
        from jobmate_agent.services.token_uses import TokenUses

        return TokenUses(self.db)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """Wakes the worker beside this process, where there is one; elsewhere workers look by themselves."""
        from jobmate_agent.background.dispatch import PipeDispatcher, PollingDispatcher

        fd = self.settings.wake_fd
        return PollingDispatcher() if fd is None else PipeDispatcher(fd)

    @cached_property
    def frontend(self) -> Frontend:
        """Told when a report is ready; says nothing where no frontend is configured."""
        from jobmate_agent.adapters.frontend import HttpFrontend, NoFrontend

        origin, token = self.settings.frontend_origin, self.settings.revalidate_token
        return HttpFrontend(origin, token.get_secret_value() if token else None) if origin else NoFrontend()

    @cached_property
    def extraction_locks(self) -> KeyedLocks:
        """Which documents are being read just now, in any thread of this process."""
        from jobmate_agent.services.gaps.keyed_locks import KeyedLocks

        return KeyedLocks()

    @cached_property
    def cache(self) -> Cache:
        """Answers about occupations, kept in this process or in the configured Redis."""
        url = self.settings.cache_url
        if url:
            from jobmate_agent.adapters.redis_cache import RedisCache

            return RedisCache(url)
        from jobmate_agent.adapters.cache import MemoryCache

        return MemoryCache(self.settings.cache_max_mb * 1024 * 1024)

    @cached_property
    def onet_lookup(self) -> OnetLookup:
        """Occupations that no loaded release has, from O*NET Web Services; none without a key."""
        from jobmate_agent.services.gaps.keyed_locks import KeyedLocks
        from jobmate_agent.services.onet.web_services import OnetLookup

        key = self.settings.onet_api_key.get_secret_value() if self.settings.onet_api_key else ""
        if not key:
            return OnetLookup(self.db, None, KeyedLocks())
        # The HTTP client is loaded only where it is needed.
        from jobmate_agent.adapters.onet_web import OnetWebServices

        return OnetLookup(self.db, OnetWebServices(self.settings.onet_api_url, key), KeyedLocks())

    @cached_property
    def onet_downloads(self) -> OnetDownloads:
        """The site that O*NET releases are downloaded from."""
        from jobmate_agent.adapters.onet_download import OnetDownloads

        return OnetDownloads(self.settings.onet_download_url, (self.data_dir / "onet").resolve())

    @cached_property
    def alerts(self) -> Alerts:
        """Tells operators what needs them."""
        from jobmate_agent.adapters.webhook import HttpWebhook
        from jobmate_agent.background.alerts import Alerts

        url = self.settings.alert_webhook_url
        return Alerts(HttpWebhook(url.get_secret_value()) if url is not None else None)

    def back_up(self) -> str:
        """Back the database up before something large changes; what was done, as a sentence."""
        from jobmate_agent.services.backup import back_up

        settings = self.settings
        return back_up(
            settings.effective_database_url,
            self.data_dir / "backups",
            utcnow(),
            command=settings.backup_command,
            keep=settings.backups_kept,
        )

    @cached_property
    def occupation_indexes(self) -> OccupationIndexes:
        """The occupations that postings are compared with, read at first use."""
        from jobmate_agent.services.onet.job_occupations import OccupationIndexes

        return OccupationIndexes()

    @cached_property
    def embedder(self) -> SentenceEmbedder:
        """Turns names into vectors; the model itself is loaded at the first name that has none yet."""
        from jobmate_agent.adapters.embeddings import SentenceEmbedder

        return SentenceEmbedder(self.settings.embedding_model)

    @cached_property
    def span_tagger(self) -> SpanTagger:
        """Marks skills in sentences; the network itself is loaded at the first sentence."""
        from jobmate_agent.adapters.span_tagger import PackagedSpanTagger

        return PackagedSpanTagger()

    @cached_property
    def chat_model(self) -> ChatModel | None:
        """The configured language model, None where there is none."""
        if not self.settings.llm_configured:
            return None
        from jobmate_agent.adapters.llm import OpenAiChatModel

        return OpenAiChatModel(self.settings)

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary that is served now, read again when another one is published."""
        from jobmate_agent.services.vocabulary import starter, store

        with self._building:
            if not self._use_database:
                self._vocabulary = self._vocabulary or store.vocabulary_of(starter.read_starter())
                return self._vocabulary
            with self.db.reading() as session:
                if self._vocabulary is None or self._vocabulary.version != store.published_version(session):
                    self._vocabulary = store.load_published(session)
            if self._vocabulary is None:
                raise JobMateError(
                    "no_vocabulary", "No skill vocabulary is loaded yet; run: jobmate taxonomy load", status=503
                )
            return self._vocabulary

    @property
    def vector_index(self) -> VectorIndex:
        """Nearest neighbours in the present vocabulary; built at first use, which takes seconds."""
        from jobmate_agent.adapters.chroma import open_index

        with self._building:
            vocabulary = self.vocabulary
            if self._index is None or self._index[0] != vocabulary.version:
                folder = self.data_dir / "index"
                self._index = (vocabulary.version, open_index(folder, vocabulary, self.embedder, self._progress))
            return self._index[1]

    def prepare_index(self, vocabulary: Vocabulary, progress: Progress | None = None) -> None:
        """Have the vector index of a vocabulary that is not served yet on disk, beside the one that is."""
        from jobmate_agent.adapters.chroma import build_index
        from jobmate_agent.services.vocabulary import store

        with self.db.reading() as session:
            served = store.published_version(session)
        build_index(self.data_dir / "index", vocabulary, self.embedder, progress or self._progress, served=served)

    @property
    def engine(self) -> CareerEngine:
        """The engine of the present vocabulary. Keep it for the length of one piece of work."""
        from jobmate_agent.services.career_engine.career_engine import CareerEngine
        from jobmate_agent.services.career_engine.engine_settings import EngineSettings

        with self._building:
            vocabulary = self.vocabulary
            if self._engine is None or self._engine.vocabulary.version != vocabulary.version:
                self._engine = CareerEngine(
                    vocabulary,
                    self.embedder,
                    self.vector_index,
                    self.chat_model,
                    EngineSettings(),
                    self.span_tagger,
                    choose_entries=self.settings.llm_chooses_skills,
                )
            return self._engine
