"""What O*NET's licence (CC BY 4.0) asks to be said where its data is shown."""

from __future__ import annotations

from jobmate_agent.services.onet.releases import ReleaseRef

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def attribution(release: ReleaseRef) -> str:
    """The sentences of https://www.onetcenter.org/license_db.html for changed data, with the release's version."""
    database = f"O*NET {release.version} Database" if release.version else "O*NET Database"
    return (
        f"This page includes information from the {database} by the U.S. Department of Labor, "
        "Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license "
        f"({LICENCE}). O*NET® is a trademark of USDOL/ETA. JobMate has modified all or some of this information. "
        "USDOL/ETA has not approved, endorsed, or tested these modifications."
    )
