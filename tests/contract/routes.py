"""The routes of an application as the tests of this folder see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from jobmate_agent.blueprints.auth import MARK


@dataclass(frozen=True)
class Route:
    """One method at one address. ``auth``: what its view declares, None for nothing."""

    method: str
    template: str
    parameters: tuple[str, ...]
    auth: str | None

    @property
    def operation(self) -> str:
        return f"{self.method} {self.template}"


def routes(app: Flask) -> Iterator[Route]:
    """Every route with every method but those that the framework answers by itself (HEAD, OPTIONS)."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        template = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        names = tuple(re.findall(r"{([^{}]+)}", template))
        auth = getattr(app.view_functions[rule.endpoint], MARK, None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, template, names, auth)
