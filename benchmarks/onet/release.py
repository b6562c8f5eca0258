"""The real release that is measured with; it is not part of the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.documents import ROOT
from benchmarks.served import environment

BESIDE = ROOT.parent / "shared" / "data" / "onet" / "30_1"


def folder() -> Path | None:
    """``ONET_DATA``, else the release beside the repository; None where there is neither."""
    named = os.environ.get("ONET_DATA")
    if named:
        return Path(named)
    return BESIDE if BESIDE.is_dir() else None


def serve(installation: Path) -> bool:
    """Load and publish the release there, as an operator does; False where there is none."""
    wanted = folder()
    if wanted is None:
        return False
    command = [sys.executable, "-m", "jobmate_agent", "onet", "load", str(wanted), "--publish"]
    subprocess.run(command, env=environment(installation), cwd=ROOT, check=True, capture_output=True)
    return True
