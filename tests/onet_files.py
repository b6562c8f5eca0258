"""An occupation's profile read straight from a release's text files, by nothing but ``csv``."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "onet"
CODE = "O*NET-SOC Code"
Row = Mapping[str, str]


class ReleaseFiles:
    """The rows of each file by occupation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, dict[str, list[Row]]] = {}

    def of(self, file: str, code: str) -> list[Row]:
        if file not in self._files:
            rows: dict[str, list[Row]] = defaultdict(list)
            for row in self.all(file):
                rows[row[CODE]].append(row)
            self._files[file] = rows
        return self._files[file].get(code, [])

    def all(self, file: str) -> Sequence[Row]:
        path = self.folder / f"{file}.txt"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def release_files(folder: Path) -> ReleaseFiles:
    return ReleaseFiles(folder)


def number(text: str) -> float | None:
    return None if text in ("", "n/a") else float(text)


def text(cell: str) -> str | None:
    return None if cell in ("", "n/a") else cell


def expected(files: ReleaseFiles, code: str) -> dict[str, Any]:
    """What the profile must say, in an order of its own; compare with :func:`comparable`."""
    occupation = files.of("Occupation Data", code)[0]
    zones = files.of("Job Zones", code)
    reference = {row["Job Zone"]: row for row in files.all("Job Zone Reference")}
    return {
        "onet_code": code,
        "title": occupation["Title"],
        "description": occupation["Description"],
        "alternate_titles": [
            (row["Alternate Title"], text(row["Short Title"])) for row in files.of("Alternate Titles", code)
        ],
        "reported_titles": [row["Reported Job Title"] for row in files.of("Sample of Reported Titles", code)],
        "tasks": sorted(_tasks(files, code), key=repr),
        "ratings": _ratings(files, code),
        "suppressed": _suppressed(files, code),
        "technologies": sorted(
            (
                *(row["Example"], row["Commodity Code"], row["Commodity Title"]),
                *(row["Hot Technology"] == "Y", row["In Demand"] == "Y"),
            )
            for row in files.of("Technology Skills", code)
        ),
        "tools": sorted(
            (row["Example"], row["Commodity Code"], row["Commodity Title"]) for row in files.of("Tools Used", code)
        ),
        "facts": _facts(files, code),
        "high_points": _high_points(files, code),
        "job_zone": (zones[0]["Job Zone"], reference[zones[0]["Job Zone"]]["SVP Range"]) if zones else None,
        "related": [row["Related O*NET-SOC Code"] for row in _related(files, code)],
        "titles_of_related": [
            files.of("Occupation Data", row["Related O*NET-SOC Code"])[0]["Title"] for row in _related(files, code)
        ],
    }


def _related(files: ReleaseFiles, code: str) -> list[Row]:
    return sorted(files.of("Related Occupations", code), key=lambda row: int(row["Index"]))


def _tasks(files: ReleaseFiles, code: str) -> list[tuple[Any, ...]]:
    names = {row["DWA ID"]: row["DWA Title"] for row in files.all("DWA Reference")}
    activities: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in files.of("Tasks to DWAs", code):
        activities[row["Task ID"]].add((row["DWA ID"], names[row["DWA ID"]]))
    stated = [
        (
            *(row["Task ID"], row["Task"], text(row["Task Type"]), number(row["Incumbents Responding"]), None),
            sorted(activities[row["Task ID"]]),
        )
        for row in files.of("Task Statements", code)
    ]
    emerging = [
        (None, row["Task"], row["Category"], None, number(row["Original Task ID"]), [])
        for row in files.of("Emerging Tasks", code)
    ]
    return [*stated, *emerging]


def _ratings(files: ReleaseFiles, code: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(element, name) → importance, level, whether it is not relevant; without suppressed values."""
    found: dict[tuple[str, str], list[Any]] = {}
    for file in ("Skills", "Knowledge", "Abilities", "Work Activities"):
        for row in files.of(file, code):
            if row["Recommend Suppress"] != "Y":
                rating = found.setdefault((row["Element ID"], row["Element Name"]), [None, None, False])
                rating[("IM", "LV").index(row["Scale ID"])] = float(row["Data Value"])
    for file in ("Skills", "Knowledge", "Abilities", "Work Activities"):
        for row in files.of(file, code):
            key = row["Element ID"], row["Element Name"]
            if row["Not Relevant"] == "Y" and key in found:
                found[key][2] = True
    return {key: tuple(rating) for key, rating in found.items()}


RATED = ("Skills", "Knowledge", "Abilities", "Work Activities")
OTHERS = ("Interests", "Work Values", "Work Styles", "Education, Training, and Experience", "Work Context")


def _suppressed(files: ReleaseFiles, code: str) -> list[tuple[Any, ...]]:
    return sorted(
        (row["Element ID"], row["Scale ID"], float(row["Data Value"]))
        for file in (*RATED, *OTHERS)
        for row in files.of(file, code)
        if row.get("Recommend Suppress") == "Y"
    )


def _facts(files: ReleaseFiles, code: str) -> list[tuple[Any, ...]]:
    """(element, its name, category or 0, value) of everything else that is rated, high points apart."""
    return sorted(
        (row["Element ID"], row["Element Name"], int(number(row.get("Category", "")) or 0), float(row["Data Value"]))
        for file in OTHERS
        for row in files.of(file, code)
        if row.get("Recommend Suppress") != "Y" and row["Scale ID"] not in ("IH", "VH")
    )


def _high_points(files: ReleaseFiles, code: str) -> list[list[str]]:
    """Names of the leading interests and work values; a high point is the number of one, 0 for none."""
    found = []
    for file, scale in (("Interests", "IH"), ("Work Values", "VH")):
        others = {row["Element Name"]: row["Element ID"] for row in files.of(file, code) if row["Scale ID"] != scale}
        names = sorted(others, key=others.__getitem__)
        points = sorted(
            (row["Element ID"], float(row["Data Value"])) for row in files.of(file, code) if row["Scale ID"] == scale
        )
        found.append([names[int(value) - 1] for _, value in points if value])
    return found


def comparable(profile: Mapping[str, Any]) -> dict[str, Any]:
    """A profile as the API gives it, in the shape of :func:`expected`."""
    zone = profile.get("job_zone")
    surveyed = [profile.get("education"), profile.get("experience"), *profile["training"]]
    scored = [*profile["interests"]["elements"], *profile["work_values"]["elements"]]
    scored += [*profile["work_styles"], *profile["work_context"], *profile["credentials"]]
    rated = [row for domain in ("skills", "knowledge", "abilities", "work_activities") for row in profile[domain]]
    return {
        **{name: profile[name] for name in ("onet_code", "title", "description")},
        "alternate_titles": [(row["title"], row.get("short_title")) for row in profile["alternate_titles"]],
        "reported_titles": [row["title"] for row in profile["reported_titles"]],
        "tasks": sorted(
            (
                (
                    str(row["task_id"]) if row.get("task_id") else None,
                    *(row["text"], row.get("task_type"), row.get("incumbents"), row.get("original_task_id")),
                    sorted((activity["activity_id"], activity["name"]) for activity in row["activities"]),
                )
                for row in profile["tasks"]
            ),
            key=repr,
        ),
        "ratings": {
            (row["element_id"], row["name"]): (row.get("importance"), row.get("onet_level"), row["not_relevant"])
            for row in rated
        },
        "suppressed": sorted((row["element_id"], row["scale_id"], row["value"]) for row in profile["suppressed"]),
        "technologies": sorted(
            (
                row["example"],
                row.get("commodity_code"),
                row.get("commodity_title"),
                row["hot_technology"],
                row["in_demand"],
            )
            for row in profile["technologies"]
        ),
        "tools": sorted(
            (row["example"], row.get("commodity_code"), row.get("commodity_title")) for row in profile["tools"]
        ),
        "facts": sorted(
            [(row["element_id"], row["name"], 0, value) for row in scored for value in row["scores"].values()]
            + [
                (row["element_id"], row["name"], category["category"], category["percent"])
                for row in surveyed
                if row
                for category in row["categories"]
            ]
        ),
        "high_points": [profile["interests"]["high_points"], profile["work_values"]["high_points"]],
        "job_zone": (str(zone["zone"]), zone["svp_range"]) if zone else None,
        "related": [row["onet_code"] for row in profile["related"]],
        "titles_of_related": [row["title"] for row in profile["related"]],
    }
