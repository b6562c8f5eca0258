"""Any OpenAI-compatible chat endpoint behind the engine's ``ChatModel``, through langchain-openai.

Imported by the worker and the command line only: langchain takes a second and a lot of memory to load.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import openai
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.outputs import LLMResult
from langchain_openai import ChatOpenAI
from langsmith import tracing_context
from pydantic import SecretStr

from jobmate_agent.adapters.deadline import client_with_deadline
from jobmate_agent.adapters.retry_after import retry_after
from jobmate_agent.services.career_engine.types import LlmError, LlmUsage
from jobmate_agent.settings import Settings

DEFAULT_BASE_URL = "https://api.openai.com/v1"
SEED = 7
BYTES_PER_TOKEN = 3
"""A cautious guess: English runs at four, other scripts nearer to three."""
FIRST_BACKOFF_SECONDS = 0.5

_RETRIED = frozenset({"llm_rate_limited", "llm_server_error", "llm_unreachable", "llm_timeout"})


class OpenAiChatModel:
    """One configured model. Thread-safe; holds its connections open between calls."""

    def __init__(self, settings: Settings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """``sleep`` waits between attempts (seconds)."""
        self._settings = settings
        self._sleep = sleep
        self._chat = ChatOpenAI(
            model=settings.llm_model,
            base_url=settings.llm_base_url or DEFAULT_BASE_URL,
            api_key=settings.llm_api_key or SecretStr(""),
            timeout=settings.llm_timeout_seconds,
            http_client=client_with_deadline(settings.llm_timeout_seconds),
            max_retries=0,  # the client would obey a Retry-After of two minutes; _attempts keeps it within bounds
            max_completion_tokens=settings.llm_max_output_tokens,
            temperature=0,
            seed=SEED,
            use_responses_api=False,
        )

    @property
    def model_id(self) -> str:
        """The model's name, as configured."""
        return self._settings.llm_model

    def complete(self, system: str, user: str, schema: Mapping[str, object]) -> tuple[str, LlmUsage]:
        """One answer, as strict JSON of ``schema`` if the endpoint keeps its word. :class:`LlmError` otherwise.

        Rate limits, server errors, lost connections and timeouts are tried again, ``llm_max_retries`` times.
        """
        if estimated_tokens(system) + estimated_tokens(user) > self._settings.llm_max_input_tokens:
            raise LlmError("llm_budget", "The document is longer than the token budget for one call.")
        retries = self._settings.llm_max_retries
        usage = LlmUsage()
        for attempt in range(retries + 1):
            try:
                text, cost = self._attempt(system, user, schema)
                return text, usage + cost
            except LlmError as exc:
                usage += exc.usage
                pause = self._pause(exc, attempt)
                if exc.reason not in _RETRIED or attempt == retries or pause is None:
                    raise LlmError(exc.reason, str(exc), usage) from exc
            self._sleep(pause)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _pause(self, error: LlmError, attempt: int) -> float | None:
        """Seconds until the next attempt; None: the endpoint wants more time than a run has."""
        asked = _asked_to_wait(error.__cause__)
        if asked is None:
            return min(FIRST_BACKOFF_SECONDS * 2.0**attempt, self._settings.llm_retry_wait_seconds)
        return asked if asked <= self._settings.llm_retry_wait_seconds else None

    def _attempt(self, system: str, user: str, schema: Mapping[str, object]) -> tuple[str, LlmUsage]:
        # In extra_body, because langchain sends a plain response_format through the client's parse helper, which
        # turns a truncated answer into an exception and loses what it cost.
        body = {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)},
            }
        }
        try:
            with tracing_context(enabled=False):  # documents go to the configured endpoint and nowhere else
                result = self._chat.generate([[SystemMessage(system), HumanMessage(user)]], extra_body=body)
        except openai.APIError as exc:
            raise LlmError(_reason(exc), f"The model's endpoint failed: {type(exc).__name__}.", ONE_CALL) from exc
        except (ValueError, KeyError, TypeError, AttributeError) as exc:  # langchain, of an answer it cannot read
            raise LlmError("llm_malformed", "The endpoint's answer is not a chat completion.", ONE_CALL) from exc
        return self._text(result)

    def _text(self, result: LLMResult) -> tuple[str, LlmUsage]:
        usage = self._usage(result)
        choices = result.generations[0] if result.generations else []
        message = getattr(choices[0], "message", None) if choices else None
        if not isinstance(message, AIMessage):
            raise LlmError("llm_empty", "The model gave no choice of answers.", usage)
        finish = str((choices[0].generation_info or {}).get("finish_reason") or "")
        if message.additional_kwargs.get("refusal") or finish == "content_filter":
            raise LlmError("llm_refused", "The model refused to read the document.", usage)
        if finish == "length":
            raise LlmError("llm_truncated", "The model's answer was cut off.", usage)
        text = message.content if isinstance(message.content, str) else ""
        if not text.strip():
            raise LlmError("llm_empty", "The model answered with nothing.", usage)
        return text, usage

    def _usage(self, result: LLMResult) -> LlmUsage:
        """What the endpoint says it used; one that says nothing is recorded as a call that cost nothing."""
        counted = (result.llm_output or {}).get("token_usage")
        prompt = _count(counted, "prompt_tokens")
        completion = _count(counted, "completion_tokens")
        cost = (prompt * self._settings.llm_price_input + completion * self._settings.llm_price_output) / 1_000_000
        return LlmUsage(1, prompt, completion, round(cost, 8))


ONE_CALL = LlmUsage(calls=1)


def estimated_tokens(text: str) -> int:
    """A cautious count that needs no tokenizer, which would be fetched from the network."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def _count(counted: Any, name: str) -> int:
    value = counted.get(name) if isinstance(counted, Mapping) else None
    return value if isinstance(value, int) and value > 0 else 0


def _reason(error: openai.APIError) -> str:
    if isinstance(error, openai.APITimeoutError):
        return "llm_timeout"
    if isinstance(error, openai.APIConnectionError):
        return "llm_unreachable"
    if isinstance(error, openai.APIStatusError):
        if error.status_code == 429:
            return "llm_rate_limited"
        if error.status_code >= 500 or error.status_code in (408, 409):
            return "llm_server_error"
        return "llm_rejected"
    return "llm_malformed"


def _asked_to_wait(error: BaseException | None) -> float | None:
    """Seconds that the endpoint asks to wait, where it does."""
    return retry_after(error.response.headers) if isinstance(error, openai.APIStatusError) else None
