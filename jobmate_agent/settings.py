"""The only reader of the environment: every setting has a name, a type, a default and a reason here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ExternalIssuer(BaseModel, frozen=True):
    """An identity provider whose RS256 tokens are accepted; keys come from its JWKS document."""

    issuer: str
    jwks_url: str
    audience: str | None = None


def _alias(name: str) -> AliasChoices:
    """Settings that other systems already name: accept both their name and ours."""
    return AliasChoices(f"JOBMATE_{name}", name)


class Settings(BaseSettings):
    """Read from ``JOBMATE_*`` environment variables and an optional ``.env`` file."""

    model_config = SettingsConfigDict(
        env_prefix="JOBMATE_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        # What is wrong is often shown or logged, and the values beside it are keys.
        hide_input_in_errors=True,
    )

    env: Literal["development", "production"] = Field(
        "development", description="development or production; production never makes keys by itself"
    )
    data_dir: Path = Field(Path("var"), description="database, keys, vector index and logs of the embedded shape")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in data_dir")
    keys: SecretStr | None = Field(None, description="JSON key ring (as in the key file); empty: data_dir/keys.json")

    host: str = Field("127.0.0.1", description="address that `jobmate serve` binds")
    port: int = Field(8000, ge=0, le=65535, description="port that `jobmate serve` binds")
    threads: int = Field(16, ge=2, le=256, description="request threads of the web process")
    worker_slots: int = Field(4, ge=1, le=64, description="runs that one worker process works on at once")
    trusted_proxies: int = Field(
        0, ge=0, le=8, description="number of reverse proxies whose X-Forwarded-* headers are believed"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="comma-separated browser origins that may call the API"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="debug, info, warning or error")

    access_token_minutes: int = Field(15, ge=1, le=1440, description="life of an access token")
    refresh_token_days: int = Field(30, ge=1, le=365, description="life of a session that is not used")
    refresh_grace_seconds: int = Field(
        20, ge=0, le=300, description="a refresh token used again within this time is two tabs, not theft"
    )
    external_issuers: tuple[ExternalIssuer, ...] = Field(
        (),
        description="JSON list of {issuer, jwks_url, audience}; without audience an issuer's tokens for its other "
        "clients are accepted too",
    )
    download_url_seconds: int = Field(300, ge=10, le=86400, description="life of a signed download URL")

    rate_limits_enabled: bool = Field(True, description="whether requests are counted and bounded")
    rate_limit_login: str = Field("10 per minute", description="sign-ins, for each address and for each account")
    rate_limit_register: str = Field("20 per hour", description="new accounts, for each address")
    rate_limit_upload: str = Field("20 per hour", description="resume uploads, for each user")
    rate_limit_save: str = Field("120 per minute", description="saves and imports of jobs, for each user")
    rate_limit_run: str = Field("30 per minute", description="reports asked for, for each user")
    rate_limit_machine: str = Field("600 per minute", description="calls of a machine client, for each API key")
    rate_limit_bad_key: str = Field("20 per minute", description="calls with an API key that is none, for each address")
    rate_limit_storage: str = Field("memory://", description="limits storage URL, e.g. redis://127.0.0.1:6379")

    resume_max_bytes: int = Field(5 * 1024 * 1024, ge=1024, description="largest resume file")
    resume_max_chars: int = Field(200_000, ge=1000, description="longest resume text")
    parser_seconds: float = Field(15.0, gt=0, description="time limit of the document parser child")
    parser_memory_mb: int = Field(1024, ge=128, description="memory limit of the document parser child")
    import_max_bytes: int = Field(2 * 1024 * 1024, ge=1024, description="largest source of a posting page")

    lease_seconds: float = Field(
        30.0, gt=0, description="a run whose worker shows no sign of life for so long is tried again"
    )
    heartbeat_seconds: float = Field(
        10.0, gt=0, description="how often a worker renews its leases; at most half of the lease"
    )
    sweep_seconds: float = Field(5.0, gt=0, description="how often a worker looks for runs that nobody works on")
    max_attempts: int = Field(3, ge=1, le=10, description="attempts before a run fails")
    run_result_days: int = Field(
        30, ge=1, le=3650, description="finished matches, analyses and operators' runs are deleted after so many days"
    )
    run_seconds: float = Field(300.0, gt=0, description="a longer attempt is given up and tried again alone")
    stop_seconds: float = Field(20.0, ge=0, description="how long a worker that is told to stop may finish its runs")
    wait_seconds: float = Field(50.0, gt=0, description="how long POST /api/gap/run waits before it answers 202")
    wake_fd: int | None = Field(None, description="set by `jobmate serve`: its end of the pipe that wakes the worker")
    serve_pid: int | None = Field(None, description="set by `jobmate serve`: the process to end with")

    frontend_origin: str | None = Field(
        None,
        description="where the web client lives; it is told of finished reports",
        validation_alias=_alias("FRONTEND_ORIGIN"),
    )
    revalidate_token: SecretStr | None = Field(
        None, description="bearer token of that message", validation_alias=_alias("REVALIDATE_TOKEN")
    )

    llm_base_url: str | None = Field(None, description="OpenAI-compatible base URL, e.g. https://api.openai.com/v1")
    llm_api_key: SecretStr | None = Field(
        None,
        description="key of the language model; without it there is none",
        validation_alias=AliasChoices("JOBMATE_LLM_API_KEY", "OPENAI_API_KEY"),
    )
    llm_model: str = Field("gpt-4o-mini", description="model name at the endpoint")
    llm_timeout_seconds: float = Field(30.0, gt=0, description="longest wait for one answer")
    llm_max_retries: int = Field(2, ge=0, le=5, description="further attempts after a fault that may pass")
    llm_retry_wait_seconds: float = Field(
        20.0, ge=0, description="longest wait between attempts; an endpoint that asks for more is not tried again"
    )
    llm_max_output_tokens: int = Field(4000, ge=256, description="longest answer")
    llm_max_input_tokens: int = Field(24_000, ge=500, description="a longer document is read without the model")
    llm_chooses_skills: bool = Field(
        False,
        description="a second call for a document: the model chooses among near skills for names that no skill has",
    )
    llm_price_input: float = Field(0.0, ge=0, description="USD per million prompt tokens, for cost records")
    llm_price_output: float = Field(0.0, ge=0, description="USD per million completion tokens")

    onet_data: Path | None = Field(
        None,
        description="folder or zip of an O*NET release that `jobmate demo` uses instead of the starter taxonomy",
        validation_alias=_alias("ONET_DATA"),
    )
    onet_api_key: SecretStr | None = Field(
        None,
        description="key of O*NET Web Services; without it occupations that no loaded release has are unknown",
        validation_alias=_alias("ONET_API_KEY"),
    )
    onet_api_url: str = Field("https://api-v2.onetcenter.org/", description="where O*NET Web Services answers")
    onet_download_url: str = Field(
        "https://www.onetcenter.org/", description="site that `jobmate onet sync` downloads O*NET releases from"
    )

    onet_sync: Literal["off", "check", "publish"] = Field(
        "off", description="what the monthly look for a newer O*NET release does: off, check (alert), publish"
    )
    onet_sync_day: int = Field(15, ge=1, le=31, description="day of the month of that look; a short month's last day")
    onet_sync_hour: int = Field(2, ge=0, le=23, description="hour of that look, UTC")
    onet_sync_spread_minutes: int = Field(
        60, ge=0, le=720, description="each installation looks at its own moment within so many minutes"
    )
    onet_sync_seconds: float = Field(7200.0, gt=0, description="time limit of downloading, loading and publishing")
    onet_stale_days: int = Field(35, ge=1, le=3650, description="alert when no look has succeeded for so many days")
    backup_command: str = Field(
        "", description="run before a release is published by itself, on PostgreSQL and MySQL; SQLite is copied"
    )
    backups_kept: int = Field(3, ge=1, le=100, description="copies of a SQLite database that are kept")
    alert_webhook_url: SecretStr | None = Field(
        None, description="alerts are POSTed there as JSON: {service, kind, message, text, details, at}"
    )

    cache_url: str = Field(
        "",
        pattern=r"^((rediss?|unix)://.+)?$",
        description="Redis database of this installation, where all processes keep answers about occupations; "
        "empty: each in its own memory",
    )
    cache_max_mb: int = Field(64, ge=1, description="memory for such answers in each process, without Redis")

    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="the packaged model's name, or a folder with a sentence-transformers model",
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _lease_outlives_heartbeat(self) -> Self:
        if self.heartbeat_seconds * 2 > self.lease_seconds:
            raise ValueError("JOBMATE_HEARTBEAT_SECONDS must be at most half of JOBMATE_LEASE_SECONDS")
        return self

    @property
    def effective_database_url(self) -> str:
        """The configured URL, or SQLite in ``data_dir``."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'jobmate.db').resolve()}"

    @property
    def llm_configured(self) -> bool:
        """Whether a model may be called at all."""
        return bool(self.llm_api_key and self.llm_api_key.get_secret_value())


def child_environment(**additions: str) -> dict[str, str]:
    """The environment of a child process that reads the same settings, and ``additions``."""
    return {**os.environ, **additions}
