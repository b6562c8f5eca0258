"""Programs that print ratios against a stated floor: ``python -m benchmarks.bench``."""
