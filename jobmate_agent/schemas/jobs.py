"""Jobs on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from jobmate_agent.schemas.sparse import Sparse
from jobmate_agent.schemas.text import HttpUrl, Label, LongText, Name, Prose, Storable
from jobmate_agent.schemas.wire import Wire
from jobmate_agent.services.jobs.fields import MAX_AMOUNT, is_storable_moment

GapState = Literal["none", "generating", "ready"]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
JobType = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50), Storable]
ExternalId = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255), Storable]
Amount = Annotated[float, Field(ge=0, le=MAX_AMOUNT, allow_inf_nan=False, strict=True)]
SkillName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Storable]
SkillNames = Annotated[list[SkillName], Field(max_length=200)]


def _written(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be an ISO 8601 time with offset, such as 2026-05-01T09:00:00+00:00")
    return value


def _storable_moment(moment: datetime) -> datetime:
    if not is_storable_moment(moment):
        raise ValueError("must be a date that a posting can have")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_storable_moment)]


class _JobFields(Wire):
    """What may be said about a job. A form that sends its empty fields as ``""`` means nothing by them."""

    KEPT: ClassVar = ("title", "company", "description", "required_skills", "preferred_skills", "is_remote")

    title: Name | None = None
    company: Name | None = None
    location: Label | None = None
    job_type: JobType | None = None
    description: Prose | None = None
    requirements: LongText | None = None
    salary_min: Amount | None = None
    salary_max: Amount | None = None
    salary_currency: Currency | None = None
    external_url: HttpUrl | None = None
    external_id: ExternalId | None = None
    company_logo_url: HttpUrl | None = None
    company_website: HttpUrl | None = None
    required_skills: SkillNames | None = None
    preferred_skills: SkillNames | None = None
    is_remote: bool | None = None
    date_posted: Moment | None = None
    date_expires: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_nothing(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: None if value == "" and key not in cls.KEPT else value for key, value in data.items()}

    @model_validator(mode="after")
    def _salary_in_order(self) -> Self:
        if self.salary_min is not None and self.salary_max is not None and self.salary_min > self.salary_max:
            raise ValueError("salary_min must not be above salary_max")
        return self


class JobChange(_JobFields):
    """A change to a job of one's own: only what is sent changes; null takes an optional value away."""

    @model_validator(mode="after")
    def _kept(self) -> Self:
        for name in self.KEPT:
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be taken away; leave it out to keep it")
        return self


class NewJob(_JobFields):
    """A posting that a user adds for themselves."""

    title: Name
    company: Name
    description: Prose


class OccupationGuess(Wire):
    """The occupation that a posting was read as; ``score`` is how sure that is."""

    onet_code: str
    title: str
    score: Annotated[float, Field(ge=0, le=1)]


class Job(Sparse):
    """A posting. Absent values are left out; the five that clients expect may be null.

    ``occupation`` is what the last report run read the posting as, where one fits clearly.
    """

    NULLABLE = frozenset({"requirements", "salary_min", "salary_max", "company_website", "date_expires"})

    id: int
    title: str
    company: str
    location: str | None = None
    job_type: str | None = None
    description: str | None = None
    requirements: str | None = None
    salary_min: float | None = None
    salary_max: float | None = None
    salary_currency: str | None = None
    external_url: str | None = None
    external_id: str | None = None
    source: str | None = None
    company_logo_url: str | None = None
    company_website: str | None = None
    required_skills: list[str]
    preferred_skills: list[str]
    is_active: bool | None = None
    is_remote: bool | None = None
    date_posted: str | None = None
    date_expires: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    gap_state: GapState
    has_gap: bool
    occupation: OccupationGuess | None = None


class Pagination(Wire):
    total: int
    current_page: int
    total_pages: int
    has_next: bool
    has_prev: bool
    per_page: int


class JobList(Wire):
    jobs: list[Job]
    pagination: Pagination


class JobSearch(Wire):
    jobs: list[Job]
    total: int
    page: int
    pages: int
    query: str


class JobListQuery(Wire):
    """``location`` and ``company`` match any part, ``job_type`` the whole; case does not matter."""

    page: int = Field(1, ge=1, le=100_000)
    limit: int = Field(20, ge=1, le=100)
    job_type: JobType | None = None
    location: Label | None = None
    company: Label | None = None


class JobSearchQuery(Wire):
    """Each of the first ten words of ``q`` must occur in title, company, location or description."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Storable] = ""
    page: int = Field(1, ge=1, le=100_000)


class PostingImport(Wire):
    """The source of a posting page, or its plain text. ``url``, ``title`` and ``company`` win over what is found."""

    html: Annotated[str, StringConstraints(min_length=1)] | None = None
    text: Prose | None = None
    url: HttpUrl | None = None
    title: Name | None = None
    company: Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.html is None) == (self.text is None):
            raise ValueError("send either html or text")
        return self
