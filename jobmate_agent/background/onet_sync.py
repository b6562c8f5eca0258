"""The monthly look for a newer release of O*NET, and the daily look at how old what we know of it is."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.background import alerts, endings, schedule
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.container import Container
from jobmate_agent.db import database_now
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import Run
from jobmate_agent.models.landing import OnetLoad
from jobmate_agent.models.onet import READY, OnetPublication, OnetRelease
from jobmate_agent.services.onet import publish
from jobmate_agent.services.onet.pipeline import load_release
from jobmate_agent.services.onet.release_site import Offer, offer_of, version_key
from jobmate_agent.services.onet.sources import open_source


def run_onet_sync(container: Container, attempt: RunAttempt) -> None:
    """Ask for the newest version first; where it is newer, say so or load and publish it, as the settings have it."""
    attempt.enter("check_version")
    offer = offer_of(container.db, container.onet_downloads)
    attempt.leave("check_version")
    if container.settings.onet_sync == "check":
        _succeed(container, attempt, _checked(container, offer))
        return
    if offer.is_newer:
        release_id = _load(container, attempt, offer.latest)
    else:
        with container.db.reading() as session:
            found = _never_served(session, offer, container.onet_downloads.place(offer.latest))
        if found is None:
            _succeed(container, attempt, f"O*NET {offer.held} is here, and {offer.latest} is the newest.")
            return
        release_id = found
    attempt.enter("publish_release")
    backed_up: list[str] = []
    publish.publish(
        container.db, release_id, partial(container.prepare_index), lambda: backed_up.append(container.back_up())
    )
    attempt.leave("publish_release")
    _succeed(container, attempt, " ".join([f"O*NET {offer.latest} was published.", *backed_up]))


def run_staleness(container: Container, attempt: RunAttempt) -> None:
    """Alert where the site was last looked at, or a release published, longer ago than the settings allow."""
    days = container.settings.onet_stale_days
    with container.db.reading() as session:
        fresh = is_fresh(session, days)
    outcome = f"Verified within {days} days."
    if not fresh:
        outcome = f"The O*NET data was not verified against the official site for more than {days} days."
    _succeed(container, attempt, outcome)
    if not fresh:
        container.alerts.alert(alerts.STALE, outcome, {"days": days})


def is_fresh(session: Session, days: int) -> bool:
    """Whether a look at the site succeeded, or a release was published, in the last ``days``; by the database's clock.

    An installation that has never published a release, only the starter vocabulary, has nothing that could be stale.
    """
    since = database_now(-timedelta(days=days).total_seconds())
    served = sa.exists().where(OnetPublication.release_id == OnetRelease.id, OnetRelease.version.is_not(None))
    published = served.where(OnetPublication.published_at >= since)
    looked = sa.exists().where(Run.kind == schedule.ONET_SYNC, Run.state == "succeeded", Run.finished_at >= since)
    return bool(session.scalar(sa.select(sa.or_(~served, published, looked))))


def _checked(container: Container, offer: Offer) -> str:
    if not offer.is_newer:
        return f"O*NET {offer.held} is here, and {offer.latest} is the newest."
    message = f"O*NET {offer.latest} is on offer; {offer.held or 'no release'} is here. Load it: jobmate onet sync"
    container.alerts.alert(alerts.NEWER_RELEASE, message, {"latest": offer.latest, "held": offer.held})
    return message


def _load(container: Container, attempt: RunAttempt, version: str) -> int:
    attempt.enter("download_release")
    path = container.onet_downloads.download(version)
    attempt.leave("download_release")
    attempt.enter("load_release")
    done = load_release(container.db, open_source(path), version=version)
    attempt.leave("load_release")
    if not done.report.passed:
        raise JobMateError(
            endings.REFUSED,
            f"{done.report.summary()} Nothing was published. The whole report: jobmate onet report --load "
            f"{done.load_id}",
            status=409,
        )
    return done.release_id


def _never_served(session: Session, offer: Offer, download: Path) -> int | None:
    """The newest release if it was loaded from its download and never served: a look was stopped before it could.

    One that somebody loaded from elsewhere, or that is not newer than what is served, is left for them to publish.
    """
    if offer.held is None or version_key(offer.held) > version_key(offer.latest):
        return None
    served = sa.exists().where(OnetPublication.release_id == OnetRelease.id)
    found = session.scalar(
        sa.select(OnetRelease.id)
        .join(OnetLoad, OnetLoad.id == OnetRelease.load_id)
        .where(OnetRelease.version == offer.held, OnetRelease.state == READY, ~served)
        .where(OnetLoad.source == str(download)[-500:])
        .order_by(OnetRelease.id.desc())
        .limit(1)
    )
    return found if found is not None and publish.is_news(session, found) else None


def _succeed(container: Container, attempt: RunAttempt, outcome: str) -> None:
    with container.db.unit_of_work() as session:
        attempt.succeed(session)
        schedule.record(session, attempt.claim.kind, outcome)
