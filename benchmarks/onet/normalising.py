"""Normalising and publishing a landed release beside the same facts by INSERT … SELECT, written by hand.

By hand there are no checks of rows, no quarantine, no vocabulary to work out and no changelog: the vocabulary and the
words to search by are copied from the release that was just made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import sqlalchemy as sa

from benchmarks.table import Aim, Row
from jobmate_agent.db import Base, Database
from jobmate_agent.models import OnetRelease, QuarantinedRow
from jobmate_agent.services.onet.normalise import normalise
from jobmate_agent.services.onet.publish import publish
from jobmate_agent.services.onet.quality import run_gate

AIM = Aim("ratio", "<=", 3.0)
REAL = {"sqlite": "REAL", "postgresql": "DOUBLE PRECISION", "mariadb": "DOUBLE"}
WHOLE = {"sqlite": "INTEGER", "postgresql": "INTEGER", "mariadb": "SIGNED"}
COPIED = ("release_skills", "skill_aliases", "skill_sources", "skill_merges", "skill_relations")
GIVEN = {"id", "release_id"}
RATINGS = (("landing_element_rating", "Skills", "skill"), ("landing_element_rating", "Knowledge", "knowledge"))
FACTS = (
    ("landing_plain_rating", "Interests", "interest", "0"),
    ("landing_plain_rating", "Work Values", "work_value", "0"),
    ("landing_plain_rating", "Work Styles", "work_style", "0"),
    ("landing_category_rating", "Education, Training, and Experience", "education", "COALESCE(l.category, '0')"),
)


def rows(backend: str, database: Database, load_id: int) -> list[Row]:
    """Seconds from landed to served; ``database`` has the release published afterwards."""
    began = time.perf_counter()
    release_id = normalise(database, load_id)
    run_gate(database, load_id, release_id)
    publish(database, release_id, lambda vocabulary: None)
    taken = time.perf_counter() - began
    return [
        Row(f"onet.normalise_publish_{backend}", taken, "s", floor=_by_hand(backend, database, release_id), aim=AIM)
    ]


def _by_hand(backend: str, database: Database, made: int) -> float:
    """Seconds for the same release again, under another id; nothing of it is kept."""
    with database.engine.connect().execution_options(jobmate_write=True) as connection:
        hand = connection.execute(
            sa.insert(OnetRelease).values(name="by hand", vocabulary_version="by hand", state="ready")
        ).inserted_primary_key[0]
        began = time.perf_counter()
        for statement in _statements(backend, made, hand):
            connection.exec_driver_sql(statement)
        taken = time.perf_counter() - began
        _same_counts(connection, made, hand)
        connection.rollback()
    return taken


def _same_counts(connection: sa.Connection, made: int, hand: int) -> None:
    """The floor did the same work, quarantined rows apart, or it is none."""
    apart = connection.scalar(sa.select(sa.func.count()).select_from(QuarantinedRow)) or 0
    for name in ("occupation_skills", "occupation_technologies", "occupation_facts", "occupation_requirements"):
        count = sa.select(sa.func.count()).select_from(Base.metadata.tables[name])
        release = Base.metadata.tables[name].c.release_id
        both = [connection.scalar(count.where(release == which)) or 0 for which in (made, hand)]
        if not 0 <= both[1] - both[0] <= apart:
            raise AssertionError(f"{name}: {both[0]} rows, by hand {both[1]}")


def _statements(backend: str, made: int, hand: int) -> Iterator[str]:
    real, whole = REAL[backend], WHOLE[backend]
    load = f"l.load_id = (SELECT load_id FROM onet_releases WHERE id = {made})"
    occupation = "JOIN occupations o ON o.onet_code = l.onet_soc_code"
    yield from (_copy(name, hand, made) for name in COPIED)
    yield (
        "INSERT INTO release_occupations (release_id, occupation_id, title, description, major_group, job_zone, "
        "has_skills, requirement_count, requirement_weight) "
        f"SELECT {hand}, o.id, l.title, l.description, substr(l.onet_soc_code, 1, 2), CAST(z.job_zone AS {whole}), "
        f"EXISTS (SELECT 1 FROM landing_element_rating r WHERE r.load_id = l.load_id AND r.file = 'Skills' "
        "AND r.onet_soc_code = l.onet_soc_code), 0, 0 "
        f"FROM landing_occupation l {occupation} "
        "LEFT JOIN landing_job_zone z ON z.load_id = l.load_id AND z.onet_soc_code = l.onet_soc_code "
        f"WHERE {load}"
    )
    for table, kind, title, more in (
        ("landing_alternate_title", "alternate", "alternate_title", "l.short_title, l.source_s"),
        ("landing_reported_title", "reported", "reported_job_title", "NULL, NULL"),
    ):
        yield (
            "INSERT INTO occupation_titles (release_id, file, line, occupation_id, kind, title, lookup_title, "
            f"short_title, sources) SELECT {hand}, l.file, l.line, o.id, '{kind}', l.{title}, lower(l.{title}), {more} "
            f"FROM {table} l {occupation} WHERE {load}"
        )
    for table, file, kind in RATINGS:
        importance, level = (f"MAX(CASE WHEN l.scale_id = '{scale}' THEN {{}} END)" for scale in ("IM", "LV"))
        value = f"CAST(l.data_value AS {real})"
        flags = [
            f"MAX(CASE WHEN l.scale_id = '{scale}' AND l.{flag} = 'Y' THEN 1 ELSE 0 END) = 1"
            for scale, flag in (("IM", "recommend_suppress"), ("LV", "recommend_suppress"), ("LV", "not_relevant"))
        ]
        yield (
            "INSERT INTO occupation_skills (release_id, occupation_id, skill_id, importance, onet_level, "
            "importance_suppressed, level_suppressed, not_relevant) "
            f"SELECT {hand}, o.id, s.skill_id, {importance.format(value)}, {level.format(value)}, {', '.join(flags)} "
            f"FROM {table} l {occupation} JOIN skill_sources s ON s.release_id = {hand} AND s.kind = '{kind}' "
            f"AND s.name = l.element_id WHERE {load} AND l.file = '{file}' GROUP BY o.id, s.skill_id"
        )
    for table, kind, flags_of in (
        ("landing_technology", "technology", "COALESCE(l.hot_technology, 'N') = 'Y', COALESCE(l.in_demand, 'N') = 'Y'"),
        ("landing_tool", "tool", "1 = 0, 1 = 0"),
    ):
        yield (
            "INSERT INTO occupation_technologies (release_id, file, line, occupation_id, skill_id, kind, example, "
            "commodity_code, commodity_title, hot_technology, in_demand) "
            f"SELECT {hand}, l.file, l.line, o.id, s.skill_id, '{kind}', l.example, l.commodity_code, "
            f"l.commodity_title, {flags_of} FROM {table} l {occupation} "
            f"JOIN skill_sources s ON s.release_id = {hand} AND s.kind = '{kind}' AND s.name = l.example WHERE {load}"
        )
    for table, file, domain, category in FACTS:
        suppressed = "COALESCE(l.recommend_suppress, 'N') = 'Y'" if table == "landing_category_rating" else "1 = 0"
        yield (
            "INSERT INTO occupation_facts (release_id, occupation_id, element_id, scale_id, category, domain, value, "
            f"suppressed, not_relevant) SELECT {hand}, o.id, l.element_id, l.scale_id, CAST({category} AS {whole}), "
            f"'{domain}', CAST(l.data_value AS {real}), {suppressed}, 1 = 0 "
            f"FROM {table} l {occupation} WHERE {load} AND l.file = '{file}'"
        )
    tasks = (
        "INSERT INTO occupation_tasks (release_id, file, line, occupation_id, task_id, text, task_type, incumbents, "
    )
    yield (
        f"{tasks} original_task_id) SELECT {hand}, l.file, l.line, o.id, CAST(l.task_id AS {whole}), l.task, "
        f"l.task_type, CAST(l.incumbents_responding AS {whole}), NULL FROM landing_task l {occupation} WHERE {load}"
    )
    yield (
        f"{tasks} original_task_id) SELECT {hand}, l.file, l.line, o.id, NULL, l.task, l.category, NULL, "
        f"CAST(l.original_task_id AS {whole}) FROM landing_emerging_task l {occupation} WHERE {load}"
    )
    yield (
        f"INSERT INTO task_activities (release_id, occupation_id, task_id, skill_id) "
        f"SELECT {hand}, o.id, CAST(l.task_id AS {whole}), s.skill_id FROM landing_task_activity l {occupation} "
        f"JOIN skill_sources s ON s.release_id = {hand} AND s.kind = 'work_activity' AND s.name = l.dwa_id WHERE {load}"
    )
    yield (
        f"INSERT INTO related_occupations (release_id, occupation_id, related_id, tier, position) "
        f"SELECT {hand}, o.id, r.id, l.relatedness_tier, CAST({_quoted(backend, 'index')} AS {whole}) "
        f"FROM landing_related_occupation l {occupation} JOIN occupations r ON r.onet_code = l.related_onet_soc_code "
        f"WHERE {load}"
    )
    yield from (_copy(name, hand, made) for name in ("onet_elements", "onet_scales", "onet_categories"))
    yield (
        "INSERT INTO occupation_requirements (release_id, skill_id, occupation_id, importance, onet_level, weight, "
        f"critical) SELECT {hand}, f.skill_id, f.occupation_id, f.importance, f.onet_level, f.importance / 5, "
        "f.importance >= 4 FROM occupation_skills f JOIN skills k ON k.id = f.skill_id "
        f"WHERE f.release_id = {hand} AND k.kind IN ('skill', 'knowledge', 'ability') AND f.importance >= 3 "
        "AND f.onet_level > 0 AND NOT f.not_relevant AND NOT f.importance_suppressed AND NOT f.level_suppressed"
    )
    yield (
        "INSERT INTO occupation_requirements (release_id, skill_id, occupation_id, importance, onet_level, weight, "
        f"critical) SELECT {hand}, skill_id, occupation_id, NULL, NULL, "
        "MAX(CASE WHEN hot_technology THEN 0.8 ELSE 0.7 END), MAX(CASE WHEN hot_technology THEN 1 ELSE 0 END) = 1 "
        f"FROM occupation_technologies WHERE release_id = {hand} AND in_demand GROUP BY skill_id, occupation_id"
    )
    yield (
        "INSERT INTO family_skills (release_id, major_group, skill_id, importance, onet_level, occupations) "
        f"SELECT {hand}, o.major_group, f.skill_id, AVG(f.importance), AVG(f.onet_level), COUNT(*) "
        "FROM occupation_skills f JOIN release_occupations o ON o.release_id = f.release_id "
        f"AND o.occupation_id = f.occupation_id WHERE f.release_id = {hand} GROUP BY o.major_group, f.skill_id"
    )
    yield _copy("occupation_search", hand, made)
    if backend == "sqlite":
        columns = "title_terms, alternate_terms, description_terms"
        yield (
            f"INSERT INTO occupation_search_fts (rowid, {columns}) SELECT id, {columns} FROM occupation_search "
            f"WHERE release_id = {hand}"
        )


def _copy(name: str, hand: int, made: int) -> str:
    columns = ", ".join(column.name for column in Base.metadata.tables[name].columns if column.name not in GIVEN)
    return f"INSERT INTO {name} (release_id, {columns}) SELECT {hand}, {columns} FROM {name} WHERE release_id = {made}"


def _quoted(backend: str, column: str) -> str:
    return f"l.`{column}`" if backend == "mariadb" else f'l."{column}"'
