"""Measures JobMate against stated floors on this machine: prints a table, writes build/bench.json.

``python -m benchmarks.bench``; on loopback, under fifteen minutes, stops what it started.
"""

from __future__ import annotations

import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import analysis, table, web, web_process
from benchmarks.documents import ROOT
from benchmarks.onet import measure as onet
from benchmarks.table import Row

RESULT = ROOT / "build" / "bench.json"
LIMIT_SECONDS = 900


class OutOfTimeError(Exception):
    """The whole took too long. No TimeoutError, because an HTTP client would take that for the server's."""


def main() -> int:
    """Run every part; exit status 1 where one could not be measured, whatever the aims say."""
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.signal(signal.SIGTERM, _stopped)
    signal.alarm(LIMIT_SECONDS)
    began = time.perf_counter()
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}"
    )
    with tempfile.TemporaryDirectory(prefix="jobmate-bench-") as name:
        rates, installation = Path(name, "rates"), Path(name, "installation")
        rows = [
            *_part("polls and saves", web.rates, rates),
            *_part("start-up", web_process.startup, installation),
            *_part("memory and imports", web_process.memory, installation),
            *_part("one analysis", analysis.rows, installation),
            *_part("O*NET platform", onet.rows, Path(name, "onet")),
        ]
    table.write(rows, RESULT)
    print(f"\n{table.render(rows)}\n")
    missed = [row.name for row in rows if row.met is False]
    print(f"Not met: {', '.join(missed)}." if missed else "Every aim is met.")
    print(f"{time.perf_counter() - began:.0f} seconds; written to {RESULT.relative_to(ROOT)}.")
    return 0


def _part(title: str, measure: Callable[[Path], list[Row]], folder: Path) -> list[Row]:
    began = time.perf_counter()
    print(f"▸ {title} … ", end="", flush=True)
    rows = measure(folder)
    print(f"{time.perf_counter() - began:.0f} s", flush=True)
    return rows


def _out_of_time(*_: Any) -> None:
    raise OutOfTimeError(f"not done after {LIMIT_SECONDS} seconds")


def _stopped(*_: Any) -> None:
    # Leaving by an exception ends what was started, as Ctrl-C does.
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
