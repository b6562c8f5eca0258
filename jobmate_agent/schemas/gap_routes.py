"""What the routes of saved jobs, gap reports and runs take and give."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, RootModel

from jobmate_agent.schemas.gaps import Analysis, GapReport
from jobmate_agent.schemas.jobs import GapState, Job
from jobmate_agent.schemas.sparse import Sparse
from jobmate_agent.schemas.wire import DatabaseId, Wire

RunState = Literal["waiting", "queued", "running", "succeeded", "failed", "cancelled"]


class SavedJobsQuery(Wire):
    """Without both: the newest 100 and every one whose report is being generated."""

    page: int | None = Field(None, ge=1, le=100_000)
    per_page: int | None = Field(None, ge=1, le=100)


class SavedJob(Job):
    """A saved job; ``gap_progress`` in percent, ``gap_step`` while generating, ``gap_error`` after a failure."""

    saved_at: str
    bookmarked: Literal[True]
    gap_progress: int
    gap_step: str | None = None
    gap_error: str | None = None
    gap_stale: bool


class SavedJobs(Wire):
    jobs: list[SavedJob]
    total_count: int


class JobSaved(Wire):
    message: str
    saved: bool
    saved_at: str


class JobUnsaved(Wire):
    message: str
    saved: bool


class SavedStatus(Wire):
    job_id: int
    saved: bool
    saved_at: str | None


class GapRunRequest(Wire):
    job_id: DatabaseId


class GapRunDone(Wire):
    """The finished report; ``score`` is 0–1 or null."""

    gap_report_id: int
    score: float | None
    report_md: str
    analysis: Analysis


class GapRunStarted(Wire):
    """The run goes on; ``status_url`` says how it is doing."""

    run_id: int
    gap_state: GapState
    status_url: str


class RunStatus(Sparse):
    """A run of any kind; ``result_url`` once there is a result."""

    id: int
    kind: str
    state: RunState
    step: str | None = None
    progress: int
    error_code: str | None = None
    result_url: str | None = None


class NoGapReport(Wire):
    """Nothing has been analysed yet."""

    exists: Literal[False] = False


class GapByJob(RootModel[GapReport | NoGapReport]):
    """The newest report of a job, or that there is none."""


class HistoryEntry(Sparse):
    NULLABLE = frozenset({"score"})

    id: int
    score: float | None
    created_at: str
    resume_id: int


class GapHistory(Wire):
    reports: list[HistoryEntry]


class Deleted(Wire):
    deleted: int


class AskingJob(Wire):
    """A saved job that asks for a skill; ``lift`` is what having it fully would add to the job's 0–10 match."""

    job_id: int
    title: str
    lift: float


class SkillToLearn(Sparse):
    """A skill that saved jobs ask for and the resume does not fully prove; ``total`` is Σ weight × missing credit."""

    skill_id: int | None = None
    name: str
    skill_type: str | None = None
    total: float
    lift: float
    jobs: list[AskingJob]


class GapSummary(Wire):
    """Across the saved jobs that have a report, most worthwhile skill first; ``lift`` is the mean over those jobs."""

    skills: list[SkillToLearn]
    jobs_with_report: int
    jobs_without_report: int
    average_match: float | None
