"""A changelog for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jobmate_agent.services.career_engine.report_text import escape

_COUNTED = {
    "titles": "other titles",
    "tasks": "tasks",
    "technologies": "technologies and tools of occupations",
    "facts": "interests, values, styles, education",
    "task_activities": "activities of tasks",
    "related": "related occupations",
}


def markdown(changes: Mapping[str, Any]) -> str:
    """The changelog that :func:`changes.compare` made, as Markdown."""
    return "\n".join(_lines(changes)) + "\n"


def _lines(changes: Mapping[str, Any]) -> Iterator[str]:
    old, new = changes["from"], changes["to"]
    since = f" from {old['name']}" if old else ""
    yield f"# {new['name']}: what changes{since}"
    yield from _section("Occupations", changes["occupations"])
    yield from _section("Skills, knowledge, technologies", changes["vocabulary"])
    ratings = changes["ratings"]
    yield from ("", "## Ratings", "")
    yield f"{ratings['added']:,} new, {ratings['removed']:,} gone, {ratings['changed']:,} changed."
    yield from _moves("Largest changes of importance", ratings["largest_importance_changes"])
    yield from _moves("Largest changes of level", ratings["largest_level_changes"])
    yield from ("", "## Everything else", "", "| | before | after | new | gone |", "|---|---|---|---|---|")
    for name, label in _COUNTED.items():
        row = changes[name]
        yield f"| {label} | {row['before']:,} | {row['after']:,} | {row['added']:,} | {row['removed']:,} |"


def _section(title: str, lists: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    if not any(listing["count"] for listing in lists.values()):
        yield "No change."
    for name, listing in lists.items():
        if listing["count"]:
            yield f"- **{name.replace('_', ' ').capitalize()}: {listing['count']:,}**"
            yield from (f"  - {_item(item)}" for item in listing["items"])
            more = listing["count"] - len(listing["items"])
            if more:
                yield f"  - and {more:,} more"


def _item(item: Mapping[str, Any]) -> str:
    lead = f"{item['onet_code']} " if "onet_code" in item else ""
    if "into" in item:
        return f"{escape(item['key'])} → {escape(item['into'])} ({item['kind']}): {escape(item['reason'])}"
    kind = f" ({item['kind']})" if "kind" in item else ""
    if "from" in item:
        title = f"{escape(item['title'])}: " if "title" in item else ""
        return f"{lead}{title}{_shown(item['from'])} → {_shown(item['to'])}{kind}"
    return f"{lead}{escape(item.get('title') or item['name'])}{kind}"


def _shown(value: Any) -> str:
    return "–" if value is None else escape(str(value))


def _moves(title: str, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    if rows:
        yield from ("", f"### {title}", "", "| occupation | skill | before | after |", "|---|---|---|---|")
        for row in rows:
            occupation, skill = escape(row["occupation"]), escape(row["skill"])
            yield f"| {row['onet_code']} {occupation} | {skill} | {row['from']:g} | {row['to']:g} |"
