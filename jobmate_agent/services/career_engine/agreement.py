"""How sure the engine is of a skill, by who found it: every constant of it, once.

In words: above 0.9 a model and the offline extractor both found it; about 0.9 a model did, by its name; about 0.6 a
model did, in other words, or the offline extractor did and the model passed it over; below that, they disagree about
what the document says of it.
"""

from __future__ import annotations

NAMED = 0.9
"""A model claims a skill and its quote has the name."""
DESCRIBED = 0.6
"""A model claims a skill and its quote has the name's words in other forms, or its initials."""
PASSED_OVER = 0.2
"""What the odds of a skill fall to when a model has read the document and not listed it: a careful reader lists some
four of five skills that are there, and one in twenty of the things that are none."""
LEAST_ALONE = 0.5
"""What the model did not list is kept where it is more likely a skill than not, even so."""
DISPUTED = 0.8
"""Factor: the two disagree about whether a skill is required, or about its level."""
DOUBTED_EMPTY = 3
"""From so many skills that would be kept alone on, a model that found none has not read the document."""

_SUREST = 0.99
_DECIMALS = 4


def agreed(one: float, other: float) -> float:
    """The chance that either of two finders, right with chances ``one`` and ``other``, is right."""
    return round(1 - (1 - one) * (1 - other), _DECIMALS)


def lowered(confidence: float) -> float:
    """The confidence in what somebody disputes."""
    return round(confidence * DISPUTED, _DECIMALS)


def passed_over(confidence: float) -> float:
    """The confidence (0–1) in what the model did not list."""
    bounded = min(confidence, _SUREST)
    odds = PASSED_OVER * bounded / (1 - bounded)
    return round(odds / (1 + odds), _DECIMALS)
