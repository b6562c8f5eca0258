"""Who may import whom (docs/architecture.md), read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "jobmate_agent"

# A room may import rooms of lower rank, itself, and the ground floor. Equal rank: not each other.
RANKS = {
    "app": 6,
    "cli": 6,
    "blueprints": 5,
    "background": 4,
    "agents": 3,
    "services": 2,
    "models": 1,
    "schemas": 2.5,
    "prompts": 1,
}
GROUND = {
    "settings",
    "errors",
    "clock",
    "crypto",
    "columns",
    "db",
    "bulk",
    "schema",
    "schema_check",
    "logs",
    "metrics",
    "__init__",
}
HEAVY = {"torch", "chromadb", "langgraph", "langchain", "langchain_core", "langchain_openai", "sentence_transformers"}
PURE_ENGINE_FORBIDDEN = {"flask", "apiflask", "sqlalchemy", "langgraph", "chromadb", "langchain_openai"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(module, at module level) for each import; the names of ``from package import module`` count as modules."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)} - {
        id(inner)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in top
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top
            for alias in node.names:
                if (PACKAGE.parent / Path(*node.module.split("."), alias.name)).with_suffix(".py").exists():
                    yield f"{node.module}.{alias.name}", id(node) in top


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


ALL = list(modules())


@pytest.mark.parametrize(("module", "path"), ALL, ids=[name for name, _ in ALL])
def test_imports_run_downward_only(module: str, path: Path) -> None:
    here = room(module)
    for imported, _ in imports(path):
        if not imported.startswith("jobmate_agent"):
            continue
        there = room(imported)
        if there == here or there in GROUND:
            continue
        if there == "container":
            assert here in {"app", "cli", "blueprints", "background", "agents", "__main__"}, f"{module} → {imported}"
            continue
        if here == "container":
            assert there in {"adapters", "services", "background", "models"}, f"{module} → {imported}"
            continue
        if here == "adapters":
            assert there == "services", f"{module} → {imported}: adapters know the Protocols they implement, no more"
            continue
        assert there != "adapters", f"{module} → {imported}: only container builds adapters"
        if here == "__main__":
            continue
        assert here not in GROUND, f"{module} → {imported}: the ground floor imports nothing above it"
        assert RANKS[here] > RANKS[there], f"{module} → {imported}"


def test_the_engine_is_pure() -> None:
    for module, path in ALL:
        if module.startswith("jobmate_agent.services.career_engine"):
            for imported, _ in imports(path):
                assert imported.split(".")[0] not in PURE_ENGINE_FORBIDDEN, f"{module} → {imported}"
                if imported.startswith("jobmate_agent."):
                    assert imported.startswith("jobmate_agent.services.career_engine"), f"{module} → {imported}"


def test_domains_do_not_reach_into_the_web_or_each_others_tables_through_flask() -> None:
    for module, path in ALL:
        if room(module) in {"services", "models", "agents"}:
            for imported, _ in imports(path):
                assert imported.split(".")[0] not in {"flask", "apiflask", "werkzeug", "gunicorn"}, (
                    f"{module} → {imported}"
                )


def test_blueprints_never_import_agents_nor_heavy_libraries() -> None:
    for module, path in ALL:
        if room(module) in {"app", "blueprints", "schemas"}:
            for imported, _ in imports(path):
                assert not imported.startswith("jobmate_agent.agents"), f"{module} → {imported}"
                assert imported.split(".")[0] not in HEAVY, f"{module} → {imported}"


def environment_reads(path: Path) -> Iterator[int]:
    """Lines that read ``os.environ`` or ``os.getenv``; setting a variable for a library is no reading."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        source = ast.unparse(node) if isinstance(node, ast.Subscript | ast.Call) else ""
        subscript = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if (subscript and source.startswith("os.environ[")) or source.startswith(("os.getenv(", "os.environ.get(")):
            yield node.lineno


def test_only_settings_reads_the_environment() -> None:
    for module, path in ALL:
        if module != "jobmate_agent.settings":
            assert list(environment_reads(path)) == [], module


def test_only_units_of_work_commit() -> None:
    commits = {module for module, path in ALL if ".commit()" in path.read_text(encoding="utf-8")}
    assert commits <= {"jobmate_agent.db", "jobmate_agent.schema"}


def test_the_clock_has_one_home() -> None:
    for module, path in ALL:
        source = path.read_text(encoding="utf-8")
        if module != "jobmate_agent.clock":
            for call in ("datetime.now(", "datetime.utcnow(", "date.today("):
                assert call not in source, f"{module} uses {call}"
