"""Tells the web client's server side that a report is ready, beside the work and never in its way."""

from __future__ import annotations

import queue
import threading
import time

import httpx
import structlog

log = structlog.get_logger(__name__)

PATH = "/api/revalidate-gap"
TIMEOUT_SECONDS = 5.0
TRIES = 3
FIRST_PAUSE_SECONDS = 0.5
WAITING_AT_MOST = 1000


class NoFrontend:
    """No frontend is configured."""

    def gap_ready(self, job_id: int) -> None:
        return

    def close(self, seconds: float) -> None:
        return


class HttpFrontend:
    """POSTs ``{"jobId": id}`` to the frontend from a thread of its own, each up to three times.

    When more announcements wait than a frontend that answers could ever need, new ones are let go.
    """

    def __init__(self, origin: str, token: str | None) -> None:
        self._url = origin.rstrip("/") + PATH
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._waiting: queue.Queue[int] = queue.Queue(WAITING_AT_MOST)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def gap_ready(self, job_id: int) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="frontend", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait(job_id)
        except queue.Full:
            log.warning("frontend_notice_dropped", job_id=job_id)

    def close(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with self._waiting.all_tasks_done:
            while self._waiting.unfinished_tasks and (left := deadline - time.monotonic()) > 0:
                self._waiting.all_tasks_done.wait(left)
        self._stop.set()

    def _work(self) -> None:
        # The environment's proxies and .netrc are not for a server that we were given by name.
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, headers=self._headers) as client:
            while not self._stop.is_set():
                job_id = self._waiting.get()
                try:
                    self._announce(client, job_id)
                finally:
                    self._waiting.task_done()

    def _announce(self, client: httpx.Client, job_id: int) -> None:
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, TRIES + 1):
            try:
                client.post(self._url, json={"jobId": job_id}).raise_for_status()
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                log.warning("frontend_notice_failed", job_id=job_id, attempt=attempt, error=type(exc).__name__)
            else:
                return
            if attempt < TRIES and self._stop.wait(pause):
                return
            pause *= 4
