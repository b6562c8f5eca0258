"""The occupations of a folder of O*NET's text files, as the classifier reads them from the database."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from jobmate_agent.services.onet.occupation_index import OccupationText

CODE = "O*NET-SOC Code"


def occupations(folder: Path) -> list[OccupationText]:
    """All occupations with their titles, descriptions, tasks and technologies, in order of code."""
    titles = _lists(folder, {"Alternate Titles": "Alternate Title", "Sample of Reported Titles": "Reported Job Title"})
    work = _lists(folder, {"Task Statements": "Task"})
    technologies = _lists(folder, {"Technology Skills": "Example"})
    found = []
    for number, row in enumerate(_rows(folder, "Occupation Data"), start=1):
        code = row[CODE]
        told = " ".join((*work[code], *dict.fromkeys(technologies[code])))
        found.append(OccupationText(number, code, (row["Title"], *titles[code]), row["Description"], told))
    return sorted(found, key=lambda each: each.onet_code)


def tasks(folder: Path) -> list[tuple[str, str]]:
    """Each task, with the code of its occupation."""
    return [(row["Task"], row[CODE]) for row in _rows(folder, "Task Statements")]


def _lists(folder: Path, columns: dict[str, str]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, column in columns.items():
        for row in _rows(folder, name):
            found[row[CODE]].append(row[column])
    return found


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.txt").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
