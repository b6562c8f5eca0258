"""An HTTP client whose answers must be complete in time: a timeout for each read alone never ends a slow drip."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx2
from openai import DefaultHttpxClient


def client_with_deadline(seconds: float, clock: Callable[[], float] = time.monotonic) -> httpx2.Client:
    """A client for the OpenAI library; an answer whose body takes longer than ``seconds`` is a read timeout."""

    def bound(response: httpx2.Response) -> None:
        stream = response.stream
        if isinstance(stream, httpx2.SyncByteStream):
            response.stream = _Bounded(stream, clock() + seconds, clock)

    return DefaultHttpxClient(timeout=seconds, event_hooks={"response": [bound]})


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, deadline: float, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._deadline = deadline
        self._clock = clock

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            if self._clock() > self._deadline:
                raise httpx2.ReadTimeout("the answer was not complete in time")
            yield chunk

    def close(self) -> None:
        self._stream.close()
