"""The three gap routes against numbers that are computed here, straight from the release's text files.

Nothing of the product takes part in the computing: files are read with ``csv``, and the definitions are those of
O*NET's own read-me: level (LV) 0–7, ``Not Relevant = Y`` is level 0, ``Recommend Suppress = Y`` is no value at all.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobmate_agent.container import Container
from jobmate_agent.services.onet import publish
from tests.conftest import make_settings
from tests.databases import BACKENDS, Servers
from tests.hand_run import ASYNC, finished
from tests.onet_loading import load_folder, real_release
from tests.web import Person, Web

PAIRS = [
    tuple(line.split())
    for line in """
    29-9093.00 53-7081.00
    13-2082.00 49-3091.00
    53-7021.00 29-1011.00
    43-5041.00 17-2199.05
    25-3041.00 35-2013.00
    41-9022.00 53-1041.00
    13-2031.00 29-1217.00
    13-1081.00 29-1023.00
    29-1223.00 21-1093.00
    51-9192.00 13-2022.00
    43-1011.00 17-2112.00
    27-1022.00 19-2042.00
    13-1081.00 29-2033.00
    13-2061.00 53-2021.00
    29-2036.00 53-7062.00
    19-1029.02 45-4023.00
    13-2031.00 25-1124.00
    19-3094.00 17-2112.01
    11-3031.03 49-2097.00
    11-3051.03 39-5091.00
    13-1199.07 41-1011.00
    15-1243.01 43-3021.00
    35-2013.00 11-3031.03
    51-8013.00 11-3051.03
    51-7011.00 13-1199.07
    13-1041.00 25-1067.00
    11-9013.00 11-9151.00
    17-3011.00 51-6063.00
    17-2051.02 15-1211.01
    31-2021.00 51-2061.00
    27-1024.00 41-3031.00
    47-1011.00 11-3051.02
    39-2021.00 11-9041.01
    51-4121.00 17-2072.01
    51-2099.00 25-1067.00
    29-2072.00 39-3021.00
    37-3019.00 51-9083.00
    33-9099.02 33-9099.00
    21-1092.00 51-3099.00
    35-9099.00 55-2012.00
    15-1252.00 15-1252.00
    25-1011.00 23-2093.00
    15-1242.00 39-7011.00
    29-2092.00 21-1011.00
    51-4122.00 29-1131.00
    51-8012.00 41-1011.00
    53-5031.00 21-1022.00
    19-1011.00 13-2023.00
    49-9052.00 53-7073.00
    25-2058.00 25-4022.00
""".strip().splitlines()
]


@dataclass(frozen=True)
class Row:
    """An element of an occupation as the file has it: LV and IM rows together."""

    name: str
    level: float
    importance: float | None
    suppressed: bool
    not_relevant: bool

    @property
    def known(self) -> float | None:
        if self.suppressed:
            return None
        return 0.0 if self.not_relevant else self.level


class Files:
    """Skills.txt and Knowledge.txt of a release."""

    def __init__(self, folder: Path) -> None:
        self.titles = {row["O*NET-SOC Code"]: row["Title"] for row in table(folder / "Occupation Data.txt")}
        self.rated = {kind: self._rated(folder / f"{kind.title()}s.txt") for kind in ("skill",)}
        self.rated["knowledge"] = self._rated(folder / "Knowledge.txt")

    @staticmethod
    def _rated(path: Path) -> dict[str, dict[str, Row]]:
        levels: dict[tuple[str, str], dict[str, str]] = {}
        importance: dict[tuple[str, str], dict[str, str]] = {}
        for row in table(path):
            where = levels if row["Scale ID"] == "LV" else importance
            where[row["O*NET-SOC Code"], row["Element ID"]] = row
        found: dict[str, dict[str, Row]] = defaultdict(dict)
        for (code, element), row in levels.items():
            other = importance[code, element]
            found[code][element] = Row(
                row["Element Name"],
                float(row["Data Value"]),
                None if other["Recommend Suppress"] == "Y" else float(other["Data Value"]),
                row["Recommend Suppress"] == "Y",
                row["Not Relevant"] == "Y",
            )
        return found

    def gap(self, kind: str, mode: str, held: str, asked: str) -> dict[str, Any] | None:
        """What the route must say; None where one of the two has no rows."""
        ours, theirs = self.rated[kind].get(held), self.rated[kind].get(asked)
        if not ours or not theirs:
            return None
        levels = {element: (ours[element].known, theirs[element].known) for element in theirs}
        known = {element: (a, b) for element, (a, b) in levels.items() if a is not None and b is not None}
        missing = {
            element: (a, b) for element, (a, b) in known.items() if (b > 0 and a == 0 if mode == "strict" else b > a)
        }
        return {
            "gap": {
                element: (a, b, round(b - a, 2), theirs[element].importance) for element, (a, b) in missing.items()
            },
            "unknown": set(levels) - set(known),
            "held": sum(b > 0 for element, (a, b) in known.items() if element not in missing),
            "not_required": sum(b == 0 for _, b in known.values()),
            "transferable": {element for element, (a, b) in known.items() if b > 0 and a >= b},
        }


def table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


@pytest.fixture(scope="module")
def files() -> Files:
    return Files(real_release("30_1"))


@pytest.fixture(scope="module", params=BACKENDS)
def caller(
    request: pytest.FixtureRequest, files: Files, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Person]:
    """Somebody signed in to a service with the whole release, loaded by the product's own pipeline; no worker."""
    folder = tmp_path_factory.mktemp("pairs")
    settings = make_settings(servers.url(request.param), folder, rate_limits_enabled=False, log_level="error")
    container = Container(settings)
    loaded = load_folder(container.db, real_release("30_1"))
    assert loaded.report.passed, loaded.report.markdown()
    # Nothing here asks for meanings, so there need be no vectors.
    publish.publish(container.db, loaded.release_id, lambda _: None)
    with Web(container) as web:
        yield web.person()
    container.db.dispose()


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    """The numbers of an answer, in the shape of :meth:`Files.gap`."""
    return {
        "gap": {
            entry["element_id"]: (
                *(entry["from_level"], entry["to_level"], entry["difference"], entry.get("importance")),
            )
            for entry in answer["gap"]
        },
        "unknown": {entry["element_id"] for entry in answer["unknown"]},
        "held": answer["held"],
        "not_required": answer["not_required"],
        "transferable": {entry["element_id"] for entry in answer["transferable"]},
    }


def agrees(files: Files, answer: dict[str, Any], kind: str, mode: str, held: str, asked: str) -> None:
    """The answer is what the files say, in the order that is promised."""
    assert answer["mode"] == mode
    assert (answer["from"]["onet_code"], answer["from"]["title"]) == (held, files.titles[held])
    assert (answer["to"]["onet_code"], answer["to"]["title"]) == (asked, files.titles[asked])
    assert answer["release"]["version"] == "30.1"
    assert "O*NET 30.1 Database" in answer["attribution"]
    expected = files.gap(kind, mode, held, asked)
    assert answer["comparable"] == (expected is not None)
    if expected is None:
        assert answer["not_rated"] == [code for code in dict.fromkeys((held, asked)) if code not in files.rated[kind]]
        assert not {"gap", "held", "analysis"} & answer.keys()
        assert all(files.titles[code] in answer["message"] for code in answer["not_rated"])
        return
    assert shown(answer) == expected
    order = [(-entry["difference"], -entry.get("importance", 0.0)) for entry in answer["gap"]]
    assert order == sorted(order)
    names = {element: row.name for element, row in files.rated[kind][asked].items()}
    assert all(entry["name"] == names[entry["element_id"]] for entry in [*answer["gap"], *answer["unknown"]])


def test_the_pairs_are_worth_trying(files: Files) -> None:
    assert len(set(PAIRS)) == len(PAIRS) == 50
    strict = [files.gap("skill", "strict", *pair) for pair in PAIRS]
    assert sum(bool(gap and gap["gap"]) for gap in strict) >= 15
    assert sum(bool(gap and gap["unknown"]) for gap in strict) >= 10
    assert sum(gap is None for gap in strict) >= 5
    rows = [[row for code in pair for row in files.rated["skill"].get(code, {}).values()] for pair in PAIRS]
    assert sum(any(row.suppressed for row in found) for found in rows) >= 10
    assert sum(any(row.not_relevant and row.level > 0 for row in found) for found in rows) >= 10
    assert sum(any(row.suppressed and row.not_relevant for row in found) for found in rows) >= 5
    assert sum(bool(gap and not gap["gap"]) for gap in strict) >= 5


@pytest.mark.parametrize(("route", "mode"), [("skill-gap", "strict"), ("skill-gap-by-lvl", "by_level")])
@pytest.mark.parametrize("kind", ["skill", "knowledge"])
def test_two_routes_say_what_the_files_say(route: str, mode: str, kind: str, files: Files, caller: Person) -> None:
    for held, asked in PAIRS:
        query = {"from_occupation": held, "to_occupation": asked, "kind": kind}
        answer = caller.get(f"/api/v1/{route}", params=query)
        assert answer.status_code == 200, answer.text
        agrees(files, answer.json(), kind, mode, held, asked)


def test_the_written_route_says_what_the_files_say(files: Files, caller: Person) -> None:
    for held, asked in PAIRS:
        query = {"from_occupation": held, "to_occupation": asked}
        found = finished(caller.web.container, caller.get("/api/v1/skill-gap-llm", params=query, headers=ASYNC))
        agrees(files, found, "skill", "by_level", held, asked)
        if found["comparable"]:
            named = {entry["skill"] for entry in found["analysis"]["priorities"]}
            assert named <= {entry["name"] for entry in found["gap"]}
            assert bool(named) == bool(found["gap"])
            assert (found["written_by"], found["degraded"]) == ("rule", False)


def test_everything_at_once_is_the_sum_of_its_kinds(files: Files, caller: Person) -> None:
    held, asked = "51-4121.00", "17-2072.01"
    query = {"from_occupation": held, "to_occupation": asked, "kind": "all"}
    everything = caller.get("/api/v1/skill-gap-by-lvl", params=query).json()
    parts = [files.gap(kind, "by_level", held, asked) for kind in ("skill", "knowledge")]
    assert {entry["element_id"] for entry in everything["gap"]} == set().union(*(part["gap"] for part in parts if part))
    nothing = caller.get("/api/v1/skill-gap-by-lvl", params={**query, "kind": "ability"}).json()
    assert (nothing["comparable"], nothing["reason"]) == (False, "not_rated")
