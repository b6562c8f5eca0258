"""``jobmate serve`` around the bench's application; otherwise the same processes with the same settings."""

from __future__ import annotations

import sys

from benchmarks.served import BENCH_APPLICATION
from jobmate_agent.background.supervisor import serve
from jobmate_agent.settings import Settings

if __name__ == "__main__":
    sys.exit(serve(Settings(), BENCH_APPLICATION))
