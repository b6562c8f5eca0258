"""Signed, expiring permission to download one resume."""

from __future__ import annotations

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from jobmate_agent.errors import JobMateError

SALT = "resume-download"


def sign(key: str, resume_id: int, user_id: str) -> str:
    """A token for a resume of ``user_id``; it says when it was made.

    The owner is part of it, because a database may give the id of a deleted resume to the next one.
    """
    return str(URLSafeTimedSerializer(key, salt=SALT).dumps([resume_id, user_id]))


def verify(key: str, token: str, max_age: int) -> tuple[int, str]:
    """The (resume id, user id) of a token made at most ``max_age`` seconds ago.

    Raises ``download_expired`` or ``download_invalid`` (403).
    """
    try:
        resume_id, user_id = URLSafeTimedSerializer(key, salt=SALT).loads(token, max_age=max_age)
    except SignatureExpired as exc:
        raise JobMateError("download_expired", "This link has expired; ask for a new one.", status=403) from exc
    except BadSignature as exc:
        raise JobMateError("download_invalid", "This link is not valid; ask for a new one.", status=403) from exc
    return resume_id, user_id
