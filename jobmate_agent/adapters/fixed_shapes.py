"""Batches of a few fixed shapes, so that what a model says of a text does not depend on the texts beside it.

Matrix kernels round differently for different shapes. Every batch here holds ``TOKENS_PER_BATCH`` tokens in rows of one
padded length; rows that are left over are for the caller to fill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

ROW_LENGTHS = (8, 16, 32, 64, 128, 256)
TOKENS_PER_BATCH = 256


def batches(lengths: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
    """(row length, rows, places of the texts that share the batch), for texts of ``lengths`` tokens each.

    A text longer than the longest row is for the caller to cut.
    """
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for place, tokens in enumerate(lengths):
        by_length[next((length for length in ROW_LENGTHS if tokens <= length), ROW_LENGTHS[-1])].append(place)
    for length, group in sorted(by_length.items()):
        rows = TOKENS_PER_BATCH // length
        for start in range(0, len(group), rows):
            yield length, rows, group[start : start + rows]
