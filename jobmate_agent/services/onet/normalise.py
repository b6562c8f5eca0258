"""Landed files become a release that nobody reads yet: steps of INSERT … SELECT, each in one transaction.

A step and its line in the ledger are written together, so a run that was killed goes on with the step that it was at,
and ends where an undisturbed one ends. Every step holds the load's row, so that two processes take turns. What takes
long in Python is thought out before that, in a session that only reads: nobody else who writes waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Database
from jobmate_agent.errors import ConflictError, NotFoundError
from jobmate_agent.models import OccupationSearch, SkillRelation
from jobmate_agent.models.landing import LANDING, OnetLoad, OnetLoadStep, QuarantinedRow
from jobmate_agent.models.onet import OnetRelease, ReleaseSkill, Skill, SkillAlias, SkillSource
from jobmate_agent.services.onet import build_occupations, build_ratings, build_reference, build_requirements
from jobmate_agent.services.onet.build import Build, Step
from jobmate_agent.services.onet.land import LANDING_STATE, Progress
from jobmate_agent.services.onet.landed import Load
from jobmate_agent.services.onet.quarantine import check_file, scale_bounds
from jobmate_agent.services.onet.row_rules import ORDER, UNSCALED
from jobmate_agent.services.onet.search_index import index_release
from jobmate_agent.services.onet.table_statistics import refresh_statistics
from jobmate_agent.services.vocabulary import relations, release_vocabulary

Work = Callable[[Session, OnetLoad], int]

STATISTICS = "statistics"
VOCABULARY = "vocabulary"
CHECK = "check "
RELEASE_STEPS = (
    *build_reference.STEPS,
    *build_occupations.STEPS,
    *build_ratings.STEPS,
    *build_requirements.STEPS,
    Step("relations", lambda build: relations.relate(build.session, build.release_id), (SkillRelation,)),
    # Its rows in SQLite's index go with those of the table, so the step clears both itself.
    Step("search", lambda build: index_release(build.session, build.release_id), changes=(OccupationSearch,)),
)


def normalise(db: Database, load_id: int, *, progress: Progress | None = None) -> int:
    """Make a release of a load; the release's id. It stays ``building`` until the gate lets it pass (see ``quality``).

    Steps that the ledger has are left as they are, so this can be called again after whatever stopped it.
    ``progress`` is told (step, percent). Raises ``load_not_found`` (404) and ``load_not_landed`` (409).
    """
    run_steps(db, load_id, progress=progress)
    with db.reading() as session:
        return session.scalars(sa.select(OnetRelease.id).where(OnetRelease.load_id == load_id)).one()


def run_steps(db: Database, load_id: int, *, progress: Progress | None = None, up_to: str | None = None) -> None:
    """Do the steps of :func:`normalise`, or those up to and with the one of that name."""
    steps = step_names(db, load_id)
    wanted = steps if up_to is None else steps[: steps.index(up_to) + 1]
    for number, name in enumerate(wanted):
        if progress is not None:
            progress(name, 100 * number // len(steps))
        _once(db, load_id, name)
    if progress is not None:
        progress("normalised", 100)


def step_names(db: Database, load_id: int) -> list[str]:
    """All steps of a load, in order: a check for each file, the vocabulary, then the release's tables."""
    with db.reading() as session:
        load = session.get(OnetLoad, load_id)
        if load is None:
            raise NotFoundError("load_not_found", f"There is no load {load_id}.")
        landed = Load.of(session, load_id)
        if load.state == LANDING_STATE or not landed.files:
            raise ConflictError("load_not_landed", f"The files of O*NET {load.version} have not landed; load it first.")
        checks = [f"{CHECK}{file.name}" for layout in ORDER for file in landed.having(layout)]
    return [STATISTICS, *checks, VOCABULARY, *(step.name for step in RELEASE_STEPS)]


def _work(name: str) -> Work:
    if name.startswith(CHECK):
        return partial(_check, name=name.removeprefix(CHECK))
    other = _OTHER_STEPS.get(name)
    return other or partial(_run, step=_RELEASE_STEPS[name])


def _once(db: Database, load_id: int, name: str) -> None:
    """Do a step and write its line in the ledger, in one transaction; nothing where the ledger has it already."""
    with db.reading() as session:
        if _is_done(session, load_id, name):
            return
        prepare = _PREPARED_STEPS.get(name)
        # What the step is made of stays as it is: it has landed, and the steps before this one are done.
        work = _work(name) if prepare is None else prepare(session, session.get_one(OnetLoad, load_id))
    with db.unit_of_work() as session:
        load = session.get_one(OnetLoad, load_id, with_for_update=True)
        if not _is_done(session, load_id, name):
            rows = work(session, load)
            session.add(OnetLoadStep(load_id=load_id, step=name, rows=rows))


def _is_done(session: Session, load_id: int, name: str) -> bool:
    return session.get(OnetLoadStep, (load_id, name)) is not None


def _statistics(session: Session, load: OnetLoad) -> int:
    """Have the database count the rows that have landed, so that it joins them well from the first check on."""
    layouts = sorted(set(Load.of(session, load.id).files.values()))
    refresh_statistics(session, (LANDING[layout].name for layout in layouts))
    return len(layouts)


def _check(session: Session, load: OnetLoad, *, name: str) -> int:
    landed = Load.of(session, load.id)
    session.execute(sa.delete(QuarantinedRow).where(QuarantinedRow.load_id == load.id, QuarantinedRow.file == name))
    bounds = {} if landed.files[name] in UNSCALED else scale_bounds(landed)
    rows = check_file(landed, name, bounds)
    if rows:
        refresh_statistics(session, [QuarantinedRow.__tablename__])
    return rows


def _vocabulary(session: Session, load: OnetLoad) -> Work:
    return partial(_store_vocabulary, drafted=release_vocabulary.draft(session, load))


def _store_vocabulary(session: Session, load: OnetLoad, *, drafted: release_vocabulary.Drafted) -> int:
    release_vocabulary.build(session, load, drafted)
    session.flush()
    refresh_statistics(session, (model.__tablename__ for model in (Skill, ReleaseSkill, SkillAlias, SkillSource)))
    return 1


def _run(session: Session, load: OnetLoad, *, step: Step) -> int:
    release_id = session.scalars(sa.select(OnetRelease.id).where(OnetRelease.load_id == load.id)).one()
    for model in step.fills:
        table = cast(sa.Table, model.__table__)
        session.execute(sa.delete(table).where(table.c.release_id == release_id))
    rows = step.run(Build(Load.of(session, load.id), release_id))
    refresh_statistics(session, (model.__tablename__ for model in (*step.fills, *step.changes)))
    return rows


_RELEASE_STEPS = {step.name: step for step in RELEASE_STEPS}
_OTHER_STEPS: Mapping[str, Work] = {STATISTICS: _statistics}
# Those that think before they write.
_PREPARED_STEPS: Mapping[str, Callable[[Session, OnetLoad], Work]] = {VOCABULARY: _vocabulary}
