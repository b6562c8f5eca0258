"""The gap report as a LangGraph graph: wiring only.

``get_default_resume → load_job → (extract_resume_skills ∥ extract_job_skills ∥ find_occupation) → map_to_onet →
analyze_gap → render_report → persist_report``. Dependencies arrive in the graph's context when it is invoked; nothing
is built at import, and no node keeps a database session while it calls the model or hands on to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langsmith import tracing_context

from jobmate_agent.agents.attempt import Attempt, NoRun
from jobmate_agent.agents.extraction import ExtractionCache
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.errors import NotFoundError
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.types import Extraction, GapAnalysis, Mapped, PostingOccupation
from jobmate_agent.services.gaps import inputs, reports, statuses
from jobmate_agent.services.gaps.analysis_document import Subject, build_analysis
from jobmate_agent.services.gaps.inputs import JobInput, ResumeInput
from jobmate_agent.services.onet.job_occupations import OccupationIndexes, Posting, of_posting

GapGraph: TypeAlias = CompiledStateGraph[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class GapContext:
    """What the nodes work with."""

    db: Database
    engine: CareerEngine
    extractions: ExtractionCache
    attempt: Attempt
    indexes: OccupationIndexes


class GapState(TypedDict, total=False):
    """What the nodes hand on. ``result``: ``{analysis_id, overall_match, report_md, degraded, degraded_reason}``."""

    user_id: str
    job_id: int
    resume: ResumeInput
    job: JobInput
    resume_skills: Extraction
    job_skills: Extraction
    occupation: PostingOccupation | None
    mapped: Mapped
    analysis: GapAnalysis
    report_md: str
    result: dict[str, Any]


def get_default_resume(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """Read the user's default resume; ``no_default_resume`` where there is none."""
    context = runtime.context
    with _step(context, "get_default_resume"):
        with context.db.reading() as session:
            resume = inputs.default_resume(session, state["user_id"])
        if resume is None:
            raise NotFoundError(statuses.NO_DEFAULT_RESUME, "Upload a resume first; it becomes the default one.")
        context.attempt.bind_resume(resume.resume_id)
        return {"resume": resume}


def load_job(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """Read the posting; ``job_not_found`` where the user may not see it."""
    context = runtime.context
    with _step(context, "load_job"), context.db.reading() as session:
        return {"job": inputs.posting(session, state["user_id"], state["job_id"])}


def extract_resume_skills(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """The resume's skills; it goes to a language model only with its owner's consent."""
    context, resume = runtime.context, state["resume"]
    with _step(context, "extract_resume_skills"):
        found = context.extractions.extract(
            resume.text, "resume", owner_id=state["user_id"], use_llm=resume.llm_consent, spent=context.attempt.spent
        )
        return {"resume_skills": found}


def extract_job_skills(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """The posting's skills."""
    context = runtime.context
    with _step(context, "extract_job_skills"):
        found = context.extractions.extract(
            state["job"].document.text, "job", owner_id=None, use_llm=True, spent=context.attempt.spent
        )
        return {"job_skills": found}


def find_occupation(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """What occupation the posting is of, and what that needs, in the release that the engine works with."""
    context, job = runtime.context, state["job"]
    with _step(context, "find_occupation"):
        posting = Posting(job.job_id, job.version, job.document.title, job.document.text)
        found = of_posting(context.db, context.indexes, context.engine.vocabulary.version, posting)
        return {"occupation": found}


def map_to_onet(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """Both lists of skills in terms of the vocabulary."""
    context = runtime.context
    with _step(context, "map_to_onet"):
        return {"mapped": context.engine.map(state["resume_skills"], state["job_skills"])}


def analyze_gap(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """What is held, weak and missing."""
    context = runtime.context
    with _step(context, "analyze_gap"):
        return {"analysis": context.engine.analyze(state["mapped"], state["occupation"])}


def render_report(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """The report for people."""
    context = runtime.context
    with _step(context, "render_report"):
        text = context.engine.render(
            state["job"].document, state["analysis"], state["resume_skills"], state["job_skills"]
        )
        return {"report_md": text}


def persist_report(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """The report, the end of the run and what the user sees, in one transaction."""
    context = runtime.context
    new = _new_report(state, context)
    with _step(context, "persist_report"), context.db.unit_of_work() as session:
        context.attempt.succeed(session)
        report_id = reports.add(session, new)
        if new.run_id is None:
            statuses.show_report(session, new.user_id, new.job_id, report_id)
        else:
            statuses.show_ready(session, new.user_id, new.job_id, new.run_id, report_id)
    result = {
        "analysis_id": report_id,
        "overall_match": new.score,
        "report_md": new.report_md,
        "degraded": new.degraded_reason is not None,
        "degraded_reason": new.degraded_reason,
    }
    return {"result": result}


NODES = (
    get_default_resume,
    load_job,
    extract_resume_skills,
    extract_job_skills,
    find_occupation,
    map_to_onet,
    analyze_gap,
    render_report,
    persist_report,
)


@cache
def gap_graph() -> GapGraph:
    """The compiled graph, made when it is first needed."""
    graph = StateGraph(GapState, context_schema=GapContext)
    for node in NODES:
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "get_default_resume")
    graph.add_edge("get_default_resume", "load_job")
    graph.add_edge("load_job", "extract_resume_skills")
    graph.add_edge("load_job", "extract_job_skills")
    graph.add_edge("load_job", "find_occupation")
    graph.add_edge(["extract_resume_skills", "extract_job_skills", "find_occupation"], "map_to_onet")
    graph.add_edge("map_to_onet", "analyze_gap")
    graph.add_edge("analyze_gap", "render_report")
    graph.add_edge("render_report", "persist_report")
    graph.add_edge("persist_report", END)
    return graph.compile()


def run_gap_agent(
    user_id: str, job_id: int, *, container: Container | None = None, attempt: Attempt | None = None
) -> dict[str, Any]:
    """Make and store the gap report of a user for a job.

    Without ``container`` one is built from settings; without ``attempt`` the report belongs to no run. Returns
    ``{analysis_id, overall_match (0–10 or None), report_md, degraded, degraded_reason}``. Raises
    ``no_default_resume`` or ``job_not_found``, and whatever ``attempt`` raises when its run is lost.
    """
    used = container or Container()
    engine = used.engine
    extractions = ExtractionCache(used.db, engine, used.extraction_locks)
    context = GapContext(used.db, engine, extractions, attempt or NoRun(), used.occupation_indexes)
    # A tracing service that the environment happens to name must not get to read resumes.
    with tracing_context(enabled=False):
        final = gap_graph().invoke({"user_id": user_id, "job_id": job_id}, context=context)
    result: dict[str, Any] = final["result"]
    return result


def _new_report(state: GapState, context: GapContext) -> reports.NewReport:
    resume, job = state["resume"], state["job"]
    found = {"resume": state["resume_skills"], "job": state["job_skills"]}
    provenance = context.engine.provenance(**found)
    analysis = build_analysis(
        state["analysis"],
        state["report_md"],
        provenance,
        Subject(resume.resume_id, job.job_id, context.attempt.run_id),
        **found,
        settings=context.engine.settings,
    )
    return reports.NewReport(
        user_id=state["user_id"],
        resume_id=resume.resume_id,
        job_id=job.job_id,
        job_version=job.version,
        vocabulary_version=provenance.vocabulary_version,
        score=state["analysis"].overall_match,
        degraded_reason=provenance.degraded_reason,
        analysis=analysis,
        report_md=state["report_md"],
        run_id=context.attempt.run_id,
    )


@contextmanager
def _step(context: GapContext, name: str) -> Iterator[None]:
    """Show that a node is being worked on; a node that fails is not left."""
    context.attempt.enter(name)
    yield
    context.attempt.leave(name)
