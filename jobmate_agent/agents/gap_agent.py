"""The gap report as a LangGraph graph: wiring only.

``get_default_resume → load_job → (extract_resume_skills ∥ extract_job_skills ∥ find_occupation) → map_to_onet →
analyze_gap → render_report → persist_report``. Dependencies arrive in the graph's context when it is invoked; nothing
is built at import, and no node keeps a database session while it calls the model or hands on to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langsmith import tracing_context
from sqlalchemy.orm import Session

from jobmate_agent.agents.attempt import Attempt, NoRun
from jobmate_agent.agents.extraction import ExtractionCache
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.errors import NotFoundError
from jobmate_agent.services.career_engine import corrections as user_words
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.copies import blanked, without_copies
from jobmate_agent.services.career_engine.document_findings import with_findings
from jobmate_agent.services.career_engine.types import Extraction, GapAnalysis, Mapped, PostingOccupation
from jobmate_agent.services.career_engine.work_titles import work_titles
from jobmate_agent.services.gaps import corrections, inputs, readings, reports, rescoring, statuses
from jobmate_agent.services.gaps.corrections import Said
from jobmate_agent.services.gaps.inputs import JobInput, ResumeInput
from jobmate_agent.services.gaps.readings import Worked
from jobmate_agent.services.onet.job_occupations import OccupationIndexes, Posting, line_of_work, of_posting

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
    said: Said
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
        return {"resume_skills": with_findings(found, resume.findings)}


def extract_job_skills(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """The posting's skills."""
    context, job = runtime.context, state["job"]
    with _step(context, "extract_job_skills"):
        found = context.extractions.extract(
            job.document.text, "job", owner_id=None, use_llm=True, spent=context.attempt.spent
        )
        return {"job_skills": context.engine.of_job(with_findings(found, job.findings), job.document)}


def find_occupation(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """What occupation the posting is of, what that needs, and how alike the resume's work is to the posting's.

    What the resume copied from the posting says nothing about its owner's work.
    """
    context, job, resume = runtime.context, state["job"], state["resume"]
    with _step(context, "find_occupation"):
        posting = Posting(job.job_id, job.version, job.document.title, job.document.text)
        release = context.db, context.indexes, context.engine.vocabulary.version
        found = of_posting(*release, posting)
        if found is not None:
            own = blanked(resume.text, posting.text)
            found = replace(found, line_of_work=line_of_work(*release, posting, work_titles(own), own))
        return {"occupation": found}


def map_to_onet(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """Both lists of skills in terms of the vocabulary; what the resume copied from the posting proves nothing."""
    context = runtime.context
    with _step(context, "map_to_onet"):
        own = without_copies(state["resume_skills"], state["resume"].text, state["job"].document.text)
        return {"resume_skills": own, "mapped": context.engine.map(own, state["job_skills"])}


def analyze_gap(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """What is held, weak and missing, read as the user corrected it."""
    context = runtime.context
    with _step(context, "analyze_gap"):
        with context.db.reading() as session:
            said = _said(session, state, context)
        analysis = user_words.analyze(state["mapped"], said.statements, context.engine.settings, state["occupation"])
        return {"said": said, "analysis": analysis}


def render_report(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """The report for people."""
    context = runtime.context
    with _step(context, "render_report"):
        text = context.engine.render(
            state["job"].document, state["analysis"], state["resume_skills"], state["job_skills"]
        )
        return {"report_md": text}


def persist_report(state: GapState, runtime: Runtime[GapContext]) -> GapState:
    """The report, the end of the run and what the user sees, in one transaction.

    The user may have corrected the report that was there since the analysis. While the lock is held they cannot.
    """
    context = runtime.context
    with _step(context, "persist_report"), context.db.unit_of_work() as session:
        context.attempt.succeed(session)
        statuses.lock_for_report(session, state["user_id"], state["job_id"])
        new = _new_report(state, _said(session, state, context), context)
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


def _said(session: Session, state: GapState, context: GapContext) -> Said:
    version = context.engine.vocabulary.version
    return corrections.load(session, state["user_id"], state["job_id"], state["mapped"], version)


def _new_report(state: GapState, said: Said, context: GapContext) -> reports.NewReport:
    """The report with everything in it that is ``said`` by now."""
    resume, job, settings = state["resume"], state["job"], context.engine.settings
    found = {"resume": state["resume_skills"], "job": state["job_skills"]}
    provenance = context.engine.provenance(**found)
    reading = readings.make_reading(state["mapped"], state["occupation"], provenance, job.document, **found)
    if said.ids == state["said"].ids:
        worked = Worked(state["analysis"], state["report_md"])
    else:
        worked = readings.work_out(reading, said.statements, settings)
    about = rescoring.About(state["user_id"], resume.resume_id, job.job_id, job.version, context.attempt.run_id)
    return rescoring.new_report(reading, said, worked, about, settings)


@contextmanager
def _step(context: GapContext, name: str) -> Iterator[None]:
    """Show that a node is being worked on; a node that fails is not left."""
    context.attempt.enter(name)
    yield
    context.attempt.leave(name)
