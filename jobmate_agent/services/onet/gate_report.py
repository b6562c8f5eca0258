"""What the quality gate found: kept with the load as JSON, shown to people as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

ERROR = "error"
WARNING = "warning"
NOTE = "note"
_RESULTS = {ERROR: "**failed**", WARNING: "warning", NOTE: "note"}


@dataclass(frozen=True)
class GateCheck:
    """One check. ``severity`` is what it means if it did not pass: error | warning | note; only errors refuse.

    ``message`` is a sentence; ``details`` are the rows behind it, all with the same keys.
    """

    name: str
    passed: bool
    severity: str
    message: str
    details: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class GateReport:
    """All checks of one release, in the order in which they were made. ``checked_at`` is ISO 8601, UTC."""

    load_id: int
    release_id: int
    release: str
    source: str
    checked_at: str
    checks: Sequence[GateCheck]

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def failures(self) -> list[GateCheck]:
        return [check for check in self.checks if not check.passed and check.severity == ERROR]

    @property
    def warnings(self) -> list[GateCheck]:
        return [check for check in self.checks if not check.passed and check.severity == WARNING]

    def to_wire(self) -> dict[str, Any]:
        """``{passed, load_id, release_id, release, source, checked_at, checks: [{name, passed, …}]}``."""
        checks = [{**asdict(check), "details": [dict(row) for row in check.details]} for check in self.checks]
        return {**asdict(self), "passed": self.passed, "checks": checks}

    @classmethod
    def from_wire(cls, document: Mapping[str, Any]) -> GateReport:
        """The report that :meth:`to_wire` wrote down."""
        fields = {key: value for key, value in document.items() if key not in {"passed", "checks"}}
        return cls(**fields, checks=[GateCheck(**check) for check in document["checks"]])

    def summary(self) -> str:
        """One sentence: whether the release may be published, and if not, why."""
        if self.passed:
            warned = f", {len(self.warnings)} with a warning" if self.warnings else ""
            return f"{self.release} passed {len(self.checks)} checks{warned}."
        reasons = " ".join(check.message for check in self.failures)
        return f"{self.release} was refused by {len(self.failures)} of {len(self.checks)} checks: {reasons}"

    def markdown(self) -> str:
        """The report for people: the verdict, a table of checks, then what is behind each."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"# Quality report: {self.release}"
        yield ""
        yield f"**{'Passed' if self.passed else 'Refused'}.** {self.summary()}"
        yield ""
        yield f"Made of {self.source} (load {self.load_id}, release {self.release_id}), checked {self.checked_at}."
        yield ""
        yield "| check | result | what was found |"
        yield "|---|---|---|"
        for check in self.checks:
            result = "passed" if check.passed else _RESULTS[check.severity]
            yield f"| {_title(check)} | {result} | {_cell(check.message)} |"
        for check in self.checks:
            if check.details:
                yield from _details(check)


def _details(check: GateCheck) -> Iterator[str]:
    columns = list(check.details[0])
    yield ""
    yield f"## {_title(check)}"
    yield ""
    yield f"| {' | '.join(column.replace('_', ' ') for column in columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in check.details:
        yield f"| {' | '.join(_cell(row[column]) for column in columns)} |"


def _title(check: GateCheck) -> str:
    return check.name.replace("_", " ").capitalize()


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
