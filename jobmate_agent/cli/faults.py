"""What an operator reads when something around JobMate is not as it should be: settings, database, files."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, OperationalError

URL_SETTING = "JOBMATE_DATABASE_URL"
_REFUSALS = (IntegrityError, DataError)
FAULTS = (ValidationError, SettingsError, ArgumentError, OperationalError, *_REFUSALS, ModuleNotFoundError, OSError)


def sentence(fault: Exception) -> str:
    """One of :data:`FAULTS` in words, without the values of settings: they may be keys."""
    if isinstance(fault, ValidationError):
        return f"A setting cannot be used: {'; '.join(map(_setting, fault.errors(include_input=False)))}."
    if isinstance(fault, ArgumentError):
        return f"{URL_SETTING} is not a database URL that can be used; the README has examples."
    if isinstance(fault, OperationalError):
        return f"The database does not answer: {str(fault.orig).strip()}"
    if isinstance(fault, _REFUSALS):
        # Further lines, where there are any, are the values of the row.
        said = str(fault.orig).strip().partition("\n")[0]
        return f"The database refuses what was to be written, and nothing of it is kept: {said}"
    if isinstance(fault, ModuleNotFoundError):
        return f"The Python module {fault.name} is not installed; run `make setup`, or see what {URL_SETTING} asks for."
    if isinstance(fault, OSError):
        return f"{fault.filename or 'A file'}: {fault.strerror or fault}."
    return f"{fault}."


def _setting(error: object) -> str:
    assert isinstance(error, dict)
    name = "_".join(str(part) for part in error["loc"][:1])
    # A rule about several settings names them itself; an alias is a name as it stands in the environment.
    variable = name if name.isupper() or not name else f"JOBMATE_{name.upper()}"
    text = str(error["msg"]).removeprefix("Value error, ")
    return f"{variable}: {text}" if variable else text
