"""The real release that is measured with; it is not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.documents import ROOT

BESIDE = ROOT.parent / "shared" / "data" / "onet" / "30_1"


def folder() -> Path | None:
    """``ONET_DATA``, else the release beside the repository; None where there is neither."""
    named = os.environ.get("ONET_DATA")
    if named:
        return Path(named)
    return BESIDE if BESIDE.is_dir() else None
