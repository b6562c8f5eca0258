"""Speed: CPU of one analysis offline, warm, beside encoding the sentences of its pair once.

Measured by :mod:`benchmarks.analysis`, in a process of its own, with documents that the process has not seen. Tagger
and mapper use different encoders: the tagger's layers were taught further, names are compared by those of the package.
So the aim for CPU is 2.5 times the floor; with one encoder for both it would be 2.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

from benchmarks import analysis
from benchmarks.evaluation.measured import Measured
from benchmarks.served import environment
from benchmarks.table import Aim, Row

CPU_AIM = Aim("ratio", "<=", 2.5)
ROWS = {"gap.analysis_cpu": "engine.analysis_cpu", "gap.analysis_wall": "engine.analysis_wall"}


def rows(subject: Measured) -> list[Row]:
    """The rows of the benchmark that are about the first analysis of a pair, under the names of this table."""
    folder = subject.container.data_dir
    done = subprocess.run(
        [sys.executable, "-m", analysis.COMMAND, "offline", str(folder)],
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        timeout=analysis.LIMIT_SECONDS,
        check=True,
    )
    found = [Row.from_arguments(values) for values in json.loads(done.stdout.splitlines()[-1])]
    named = [replace(row, name=ROWS[row.name]) for row in found if row.name in ROWS]
    return [replace(row, aim=CPU_AIM) if row.name == ROWS["gap.analysis_cpu"] else row for row in named]
