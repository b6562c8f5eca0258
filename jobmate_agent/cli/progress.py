"""A progress bar for work that reports (step, percent)."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from tqdm import tqdm


class ProgressBar:
    """Shows nothing until the first report; a context manager that is itself the callback."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def __call__(self, step: str, percent: int) -> None:
        if self._bar is None:
            self._bar = tqdm(total=100, unit="%", leave=False, disable=None)
        self._bar.set_description(step)
        self._bar.update(percent - self._bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
