"""The vocabulary of a landed release, joined with the starter taxonomy and stored as a release that is being built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.bulk import bulk_insert
from jobmate_agent.models.landing import OnetLoad
from jobmate_agent.models.onet import BUILDING, OnetRelease, SkillMerge, SkillSource
from jobmate_agent.services.onet.landed import Load
from jobmate_agent.services.vocabulary import store
from jobmate_agent.services.vocabulary.assembly import Assembly, Key, assemble
from jobmate_agent.services.vocabulary.everyday_words import EverydayWords, read_words
from jobmate_agent.services.vocabulary.release_content import read_content
from jobmate_agent.services.vocabulary.starter import Taxonomy, make_taxonomy, read_starter


@dataclass(frozen=True, slots=True)
class Drafted:
    """A release's vocabulary that is ready to be stored; see :func:`draft`."""

    taxonomy: Taxonomy
    made: Assembly


def draft(session: Session, load: OnetLoad) -> Drafted:
    """Read what has landed and put the vocabulary together; seconds of work, and nothing is written."""
    landed = Load.of(session, load.id)
    made = assemble(read_starter().entries, read_content(landed), EverydayWords(read_words(landed)))
    return Drafted(_taxonomy(load, made), made)


def build(session: Session, load: OnetLoad, drafted: Drafted) -> OnetRelease:
    """The release of ``load``, state ``building``, with its skills, aliases, sources and merges; built already: as is.

    Ids of skills are permanent for (kind, key); new ones are numbered in the order of kind and key.
    """
    taxonomy, made = drafted.taxonomy, drafted.made
    release = store.stage(
        session, taxonomy, version=load.version, released_on=load.released_on, load_id=load.id, state=BUILDING
    )
    ids = store.skill_ids(session, [*((e.kind, e.key) for e in taxonomy.entries), *(m.key for m in made.merges)])
    _store_origins(session, release.id, made, ids)
    return release


def _taxonomy(load: OnetLoad, made: Assembly) -> Taxonomy:
    """The version is bound to the files as well: two loads are two releases, even if their vocabularies agree."""
    taxonomy = make_taxonomy(f"O*NET {load.version}", made.entries)
    salted = hashlib.sha256(f"{taxonomy.version}\n{load.content_sha256}".encode()).hexdigest()
    return replace(taxonomy, version=salted)


def _store_origins(session: Session, release_id: int, made: Assembly, ids: Mapping[Key, int]) -> None:
    for model in (SkillSource, SkillMerge):
        session.execute(sa.delete(model).where(model.release_id == release_id))
    bulk_insert(
        session,
        cast(sa.Table, SkillSource.__table__),
        ("release_id", "kind", "name", "skill_id"),
        ((release_id, kind, name, ids[target]) for (kind, name), target in made.sources.items()),
    )
    bulk_insert(
        session,
        cast(sa.Table, SkillMerge.__table__),
        ("release_id", "skill_id", "into_id", "rule", "reason"),
        ((release_id, ids[m.key], ids[m.into], m.rule, m.reason) for m in made.merges),
    )
