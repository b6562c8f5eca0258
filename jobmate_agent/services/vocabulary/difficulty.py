"""How hard an entry is to learn, 1 (quickly learnt) to 5, by rule from what O*NET says about who needs it.

An element: from the mean level (LV, 0–7) that the occupations ask for to which it is important (IM ≥ 3), by
:data:`LEVEL_BOUNDS`. A technology, a tool or an activity: the mean job zone (1 little, 5 extensive preparation) of the
occupations that use it. None where O*NET says nothing.
"""

from __future__ import annotations

from bisect import bisect_right

from jobmate_agent.services.vocabulary.release_content import NamedElement, Zones

# The mean level from which an element is of difficulty 2, 3, 4, 5. In release 30.1 the means of skills and knowledge
# lie between 2.9 and 4.9; equal steps over the whole scale would call nearly everything a 3.
LEVEL_BOUNDS = (3.25, 3.6, 4.1, 4.5)


def of_element(element: NamedElement) -> int | None:
    """By level where it is rated; an activity by the job zones of the occupations whose tasks it is part of."""
    if element.level is None:
        return of_zones(element.zones)
    return 1 + bisect_right(LEVEL_BOUNDS, element.level)


def of_zones(zones: Zones) -> int | None:
    """The mean job zone, rounded half up."""
    return (2 * zones.total + zones.count) // (2 * zones.count) if zones.count else None
