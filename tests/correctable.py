"""A report that can be corrected, made by the product's own pure functions from a small vocabulary in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from jobmate_agent.db import Database
from jobmate_agent.models import OnetRelease, ReleaseSkill, Skill
from jobmate_agent.models.onet import PUBLISHED
from jobmate_agent.services.career_engine.corrections import identity_of
from jobmate_agent.services.career_engine.engine_settings import ENGINE_VERSION
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import (
    Evidence,
    ExtractedSkill,
    Extraction,
    JobDocument,
    Level,
    MappedSkill,
    Provenance,
    VocabularyEntry,
)
from jobmate_agent.services.gaps import readings, reports, rescoring, statuses
from jobmate_agent.services.gaps.corrections import Said
from jobmate_agent.services.gaps.readings import Reading
from tests.people import add_job, add_resume
from tests.web import Person

VERSION = "c" * 64
NAMES = ("Python", "SQL", "Rust", "Excel", "Kubernetes", "Java")
Entries = Mapping[str, VocabularyEntry]


def add_vocabulary(db: Database) -> Entries:
    """A published vocabulary of technologies, and one tool; entries by name."""
    with db.unit_of_work() as session:
        release = OnetRelease(name="small", vocabulary_version=VERSION, published_key=PUBLISHED)
        kinds = {**dict.fromkeys(NAMES, "technology"), "Laptop": "tool"}
        skills = {name: Skill(kind=kind, key=name.lower()) for name, kind in kinds.items()}
        session.add_all([release, *skills.values()])
        session.flush()
        for name, skill in skills.items():
            session.add(
                ReleaseSkill(
                    release_id=release.id,
                    skill_id=skill.id,
                    name=name,
                    normalized_name=name.lower(),
                    framework="jobmate",
                )
            )
        return {
            name: VocabularyEntry(skill.id, kinds[name], skill.key, name) for name, skill in skills.items()
        }  # fmt: skip


def named(name: str, entries: Entries, level: int | None = None, *, required: bool = True) -> MappedSkill:
    """A skill as one mention in a document gives it; custom where the vocabulary has no such name."""
    entry = entries.get(name)
    return MappedSkill(
        identity=f"custom:{normalize_name(name)}" if entry is None else identity_of(entry),
        name=name,
        entry=entry,
        method="custom" if entry is None else "exact",
        similarity=0.0 if entry is None else 1.0,
        tokens=(name,),
        evidence=(Evidence(f"know {name}", 7, 12 + len(name)),),
        level=None if level is None else Level(level),
        required=required,
    )


def reading_of(resume: Sequence[MappedSkill], job: Sequence[MappedSkill]) -> Reading:
    def found(skills: Sequence[MappedSkill]) -> tuple[ExtractedSkill, ...]:
        return tuple(ExtractedSkill(each.name, each.tokens[0], each.evidence, each.level) for each in skills)

    return Reading(
        resume_skills=tuple(sorted(resume, key=lambda skill: skill.identity)),
        job_skills=tuple(sorted(job, key=lambda skill: skill.identity)),
        similarities=(("technology:rust", "technology:python", 0.8),),
        occupation=None,
        resume=Extraction("resume", found(resume), "keyword", "keyword-1"),
        job=Extraction("job", found(job), "keyword", "keyword-1"),
        provenance=Provenance("small", VERSION, "minilm", None, None, ENGINE_VERSION, None),
        posting=JobDocument("Data engineer", "Acme", ""),
    )


@dataclass(frozen=True)
class Correctable:
    """Somebody with a report: Python is matched, SQL weak; Rust, Excel and bee keeping are missing."""

    person: Person
    db: Database
    entries: Entries
    resume_id: int
    job_id: int

    @property
    def path(self) -> str:
        return f"/api/gap/by-job/{self.job_id}"

    def say(self, entry: str, kind: str, value: Any = None, **more: Any) -> httpx.Response:
        """``entry`` and, of wrong_skill, ``value`` by name; a name that the vocabulary lacks is custom."""
        if kind == "wrong_skill" and isinstance(value, str):
            value = self.entries[value].id
        about = self.entries[entry].id if entry in self.entries else f"custom:{entry}"
        body = {"entry": about, "kind": kind, **({} if value is None else {"value": value}), **more}
        return self.person.post(f"{self.path}/corrections", json=body)

    def said(self, entry: str, kind: str, value: Any = None, **more: Any) -> dict[str, Any]:
        """The answer to what is accepted."""
        answer = self.say(entry, kind, value, **more)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def report(self) -> dict[str, Any]:
        body: dict[str, Any] = self.person.get(self.path).json()
        return body

    def corrections(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.person.get(f"{self.path}/corrections").json()["corrections"]
        return found

    def reports(self) -> list[int]:
        """Newest first."""
        return [each["id"] for each in self.person.get(f"{self.path}/history").json()["reports"]]

    def on_another_job(self, **changes: Any) -> Correctable:
        """The same person, resume and report on another posting."""
        other = replace(self, job_id=add_job(self.db))
        other.add_report(**changes)
        return other

    def add_report(self, *, job: Sequence[MappedSkill] | None = None, old: bool = False) -> int:
        """Store a report as a run does; ``old``: as the version before corrections did."""
        reading = reading_of(
            [named("Python", self.entries, 3), named("SQL", self.entries, 1), named("Quilting", self.entries)],
            job or asked(self.entries),
        )
        worked = readings.work_out(reading, (), readings.SETTINGS)
        about = rescoring.About(self.person.id, self.resume_id, self.job_id, 1)
        new = rescoring.new_report(reading, Said(frozenset(), ()), worked, about, readings.SETTINGS)
        if old:
            new = replace(new, reading=None, reading_version=None)
        with self.db.unit_of_work() as session:
            report_id = reports.add(session, new)
            statuses.show_report(session, self.person.id, self.job_id, report_id)
            return report_id


def asked(entries: Entries) -> list[MappedSkill]:
    return [
        named("Python", entries, 3),
        named("SQL", entries, 3),
        named("Rust", entries),
        named("Excel", entries),
        named("bee keeping", entries, required=False),
    ]


def correctable(person: Person, db: Database, entries: Entries, **options: Any) -> Correctable:
    made = Correctable(person, db, entries, add_resume(db, person.id), add_job(db))
    made.add_report(**options)
    return made
