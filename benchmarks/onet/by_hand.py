"""The three questions written by hand, straight through the driver: what somebody without JobMate would send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobmate_agent.db import Database
from jobmate_agent.services.onet.search_terms import query_terms

PAGE = 20
SHOWN = 10

_SEARCH = {
    "sqlite": (
        "SELECT o.onet_code, r.title, r.description, r.job_zone, bm25(occupation_search_fts, 10, 4, 1) "
        "FROM occupation_search_fts JOIN occupation_search s ON s.id = occupation_search_fts.rowid "
        "JOIN occupations o ON o.id = s.occupation_id JOIN release_occupations r ON r.release_id = s.release_id "
        "AND r.occupation_id = s.occupation_id WHERE occupation_search_fts MATCH %s AND s.release_id = %s "
        f"ORDER BY 5, 1 LIMIT {PAGE}"
    ),
    "postgresql": (
        "SELECT o.onet_code, r.title, r.description, r.job_zone, ts_rank(s.document, q.query) "
        "FROM to_tsquery('simple', %s) AS q (query), occupation_search s JOIN occupations o ON o.id = s.occupation_id "
        "JOIN release_occupations r ON r.release_id = s.release_id AND r.occupation_id = s.occupation_id "
        f"WHERE s.document @@ q.query AND s.release_id = %s ORDER BY 5 DESC, 1 LIMIT {PAGE}"
    ),
    "mysql": (
        "SELECT o.onet_code, r.title, r.description, r.job_zone, MATCH (s.title_terms, s.alternate_terms, "
        "s.description_terms) AGAINST (%s IN BOOLEAN MODE) AS score FROM occupation_search s "
        "JOIN occupations o ON o.id = s.occupation_id JOIN release_occupations r ON r.release_id = s.release_id "
        "AND r.occupation_id = s.occupation_id WHERE MATCH (s.title_terms, s.alternate_terms, s.description_terms) "
        f"AGAINST (%s IN BOOLEAN MODE) AND s.release_id = %s ORDER BY 5 DESC, 1 LIMIT {PAGE}"
    ),
}
_OF = "WHERE f.release_id = %s AND f.occupation_id = %s"
_NAMED = "JOIN release_skills n ON n.release_id = f.release_id AND n.skill_id = f.skill_id"
_PROFILE = (
    f"SELECT f.*, z.* FROM release_occupations f LEFT JOIN onet_job_zones z ON z.release_id = f.release_id "
    f"AND z.zone = f.job_zone {_OF}",
    f"SELECT f.kind, f.title, f.short_title FROM occupation_titles f {_OF} ORDER BY f.file, f.line",
    f"SELECT f.task_id, f.text, f.task_type, f.incumbents, f.original_task_id FROM occupation_tasks f {_OF}",
    f"SELECT f.task_id, f.scale_id, f.value FROM task_ratings f {_OF}",
    f"SELECT f.task_id, f.skill_id, n.name FROM task_activities f {_NAMED} {_OF}",
    f"SELECT k.kind, n.name, n.external_id, f.* FROM occupation_skills f JOIN skills k ON k.id = f.skill_id {_NAMED} "
    f"{_OF} ORDER BY f.importance DESC",
    f"SELECT n.name, f.* FROM occupation_technologies f {_NAMED} {_OF} "
    "ORDER BY f.in_demand DESC, f.hot_technology DESC",
    f"SELECT f.*, e.name, c.description FROM occupation_facts f JOIN onet_elements e ON e.release_id = f.release_id "
    f"AND e.element_id = f.element_id LEFT JOIN onet_categories c ON c.release_id = f.release_id "
    f"AND c.element_id = f.element_id AND c.scale_id = f.scale_id AND c.category = f.category {_OF}",
    f"SELECT o.onet_code, r.title, f.tier, f.position FROM related_occupations f JOIN occupations o "
    f"ON o.id = f.related_id JOIN release_occupations r ON r.release_id = f.release_id "
    f"AND r.occupation_id = f.related_id {_OF} ORDER BY f.position",
)


class ByHand:
    """Questions to one release in one database."""

    def __init__(self, database: Database, release_id: int) -> None:
        self._database = database
        self._release = release_id

    def search(self, query: str) -> list[Any]:
        """The page that the database's own rank puts first."""
        words = query_terms(query)
        asked = {
            "sqlite": " AND ".join(f'"{word}"' for word in words),
            "postgresql": " & ".join(words),
            "mysql": " ".join(f"+{word}" for word in words),
        }[self._database.backend]
        repeated = [asked] * (2 if self._database.backend == "mysql" else 1)
        return self._ask([(_SEARCH[self._database.backend], [*repeated, self._release])])

    def profile(self, onet_code: str) -> list[Any]:
        """Every row that a profile shows."""
        ((found,),) = self._ask([("SELECT id FROM occupations WHERE onet_code = %s", [onet_code])])
        return self._ask([(statement, [self._release, found]) for statement in _PROFILE])

    def match(self, skill_ids: Sequence[int]) -> list[Any]:
        """How much of each occupation's requirements is held; then all that the answer shows of the best.

        That is their requirements, how often each held skill is asked for, and what exercises what is missing.
        """
        best = [row[0] for row in self.rank(skill_ids)[:SHOWN]]
        here, held = _marks(best), _marks(skill_ids)
        needs = self._ask(
            [
                (
                    "SELECT f.occupation_id, f.skill_id, n.name, k.kind, f.importance, f.onet_level, f.weight, "
                    "f.critical FROM occupation_requirements f JOIN skills k ON k.id = f.skill_id "
                    f"{_NAMED} WHERE f.release_id = %s AND f.occupation_id IN ({here}) ORDER BY f.weight DESC",
                    [self._release, *best],
                )
            ]
        )
        missing = sorted({row[1] for row in needs} - set(skill_ids))
        lacking = _marks(missing)
        return needs + self._ask(
            [
                (
                    "SELECT skill_id, COUNT(*) FROM occupation_requirements WHERE release_id = %s "
                    f"AND skill_id IN ({held}) GROUP BY skill_id",
                    [self._release, *skill_ids],
                ),
                (
                    "SELECT f.skill_id, k.key FROM skill_relations f JOIN skills k ON k.id = f.related_id "
                    f"WHERE f.release_id = %s AND f.skill_id IN ({lacking}) AND f.reason = 'crosswalk' "
                    "AND k.kind = 'work_activity'".replace("k.key", self._quoted("k", "key")),
                    [self._release, *missing],
                ),
                (
                    "SELECT f.occupation_id, k.key, n.name, t.text FROM task_activities f JOIN skills k "
                    f"ON k.id = f.skill_id {_NAMED} JOIN occupation_tasks t ON t.release_id = f.release_id "
                    "AND t.occupation_id = f.occupation_id AND t.task_id = f.task_id "
                    f"WHERE f.release_id = %s AND f.occupation_id IN ({here}) AND t.occupation_id IN ({here}) "
                    "ORDER BY k.key, f.task_id".replace("k.key", self._quoted("k", "key")),
                    [self._release, *best, *best],
                ),
                (
                    "SELECT f.occupation_id, f.skill_id, n.name, f.commodity_title FROM occupation_technologies f "
                    f"{_NAMED} WHERE f.release_id = %s AND f.occupation_id IN ({here}) AND f.kind = 'technology' "
                    "AND EXISTS (SELECT 1 FROM occupation_technologies a WHERE a.release_id = f.release_id "
                    "AND a.occupation_id = f.occupation_id AND a.commodity_title = f.commodity_title "
                    f"AND a.skill_id IN ({lacking})) ORDER BY f.in_demand DESC, f.hot_technology DESC, n.name",
                    [self._release, *best, *missing],
                ),
            ]
        )

    def _quoted(self, table: str, column: str) -> str:
        """A column whose name is a word of the language, as the database wants it."""
        mark = "`" if self._database.backend == "mysql" else '"'
        return f"{table}.{mark}{column}{mark}"

    def rank(self, skill_ids: Sequence[int]) -> list[Any]:
        """All occupations that ask for one of the skills, by the share of their requirements that is held."""
        marks = _marks(skill_ids)
        return self._ask(
            [
                (
                    "SELECT f.occupation_id, o.onet_code, r.title, COUNT(*) * 100.0 / r.requirement_count, "
                    "SUM(f.weight) * 100.0 / r.requirement_weight FROM occupation_requirements f "
                    "JOIN release_occupations r ON r.release_id = f.release_id AND r.occupation_id = f.occupation_id "
                    "JOIN occupations o ON o.id = f.occupation_id "
                    f"WHERE f.release_id = %s AND f.skill_id IN ({marks}) "
                    "GROUP BY f.occupation_id, o.onet_code, r.title, r.requirement_count, r.requirement_weight "
                    "ORDER BY 4 DESC, 5 DESC, 2",
                    [self._release, *skill_ids],
                )
            ]
        )

    def _ask(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        connection = self._database.engine.raw_connection()
        rows: list[Any] = []
        try:
            cursor = connection.cursor()
            for statement, values in statements:
                sent = statement.replace("%s", "?") if self._database.backend == "sqlite" else statement
                cursor.execute(sent, tuple(values))
                rows += cursor.fetchall()
        finally:
            connection.close()
        return rows


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
