"""Measures how right the engine is on labelled data: prints one table, writes build/evaluate.json.

``python -m benchmarks.evaluate [PART …]``; nothing of it leaves the machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import table
from benchmarks.documents import ROOT
from benchmarks.evaluation import evidence, extraction, mapping, ranking, requirements, speed
from benchmarks.evaluation.measured import Measured, measured
from benchmarks.table import Row

RESULT = ROOT / "build" / "evaluate.json"
GOLD = ROOT.parent / "shared" / "data" / "gold"
PARTS: dict[str, Callable[[Measured], list[Row]]] = {
    "extraction": extraction.rows,
    "mapping": mapping.rows,
    "requirements": requirements.rows,
    "ranking": ranking.rows,
    "evidence": evidence.rows,
    "speed": speed.rows,
}


def main() -> int:
    """Exit status 1 where a part could not be measured, whatever the aims say."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = sorted(set(wanted) - set(PARTS))
    if unknown:
        print(f"There is no part {', '.join(unknown)}; there are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    if not GOLD.is_dir():
        print(f"There is no labelled data in {GOLD}; nothing was measured.", file=sys.stderr)
        return 1
    began = time.perf_counter()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="jobmate-evaluate-") as name:
        print("▸ loading the release … ", end="", flush=True)
        with measured(Path(name), GOLD) as subject:
            print(f"{time.perf_counter() - began:.0f} s", flush=True)
            for part in wanted:
                rows += _part(part, subject)
    print(f"\n{table.render(rows)}\n")
    missed = [row.name for row in rows if row.met is False]
    print(f"Not met: {', '.join(missed)}." if missed else "Every aim is met.")
    if set(wanted) == set(PARTS):
        table.write(rows, RESULT)
        print(f"Written to {RESULT.relative_to(ROOT)}.")
    print(f"{time.perf_counter() - began:.0f} seconds.")
    return 0


def _part(name: str, subject: Measured) -> list[Row]:
    print(f"▸ {name} … ", end="", flush=True)
    began = time.perf_counter()
    rows = PARTS[name](subject)
    print(f"{time.perf_counter() - began:.0f} s", flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
