"""Every table, so that metadata is complete once this package is imported."""

from jobmate_agent.models.accounts import AuthSession, InstanceFact, RefreshToken, User, UserIdentity
from jobmate_agent.models.gaps import DocumentExtraction, SkillGapReport, SkillGapStatus
from jobmate_agent.models.jobs import JobCollection, JobListing
from jobmate_agent.models.onet import OnetRelease, Skill, SkillAlias
from jobmate_agent.models.resumes import DefaultResume, Resume
from jobmate_agent.models.runs import Run, WorkerHeartbeat

__all__ = [
    "AuthSession",
    "DefaultResume",
    "DocumentExtraction",
    "InstanceFact",
    "JobCollection",
    "JobListing",
    "OnetRelease",
    "RefreshToken",
    "Resume",
    "Run",
    "Skill",
    "SkillAlias",
    "SkillGapReport",
    "SkillGapStatus",
    "User",
    "UserIdentity",
    "WorkerHeartbeat",
]
