"""Jobs on the wire."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from jobmate_agent.schemas.sparse import Sparse
from jobmate_agent.schemas.text import HttpUrl, Label, LongText, Name, Storable
from jobmate_agent.schemas.wire import Wire

GapState = Literal["none", "generating", "ready"]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
JobType = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50), Storable]
ExternalId = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255), Storable]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
SkillNames = Annotated[list[Annotated[str, StringConstraints(max_length=200), Storable]], Field(max_length=200)]


class JobChange(Wire):
    """What a user may say about a job of their own; only what is sent changes."""

    title: Name | None = None
    company: Name | None = None
    location: Label | None = None
    job_type: JobType | None = None
    description: LongText | None = None
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
    date_posted: AwareDatetime | None = None
    date_expires: AwareDatetime | None = None

    @model_validator(mode="after")
    def _salary_in_order(self) -> Self:
        if self.salary_min is not None and self.salary_max is not None and self.salary_min > self.salary_max:
            raise ValueError("salary_min must not be above salary_max")
        return self


class NewJob(JobChange):
    """A posting that a user adds for themselves."""

    title: Name
    company: Name
    description: Annotated[LongText, Field(min_length=1)]


class Job(Sparse):
    """A posting. Absent values are left out; the five that clients expect may be null."""

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
    required_skills: list[str] = Field(default_factory=list)
    preferred_skills: list[str] = Field(default_factory=list)
    is_active: bool | None = None
    is_remote: bool | None = None
    date_posted: str | None = None
    date_expires: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    gap_state: GapState | None = None
    has_gap: bool | None = None


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
    """Every word of ``q`` must occur in title, company, location or description."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Storable] = ""
    page: int = Field(1, ge=1, le=100_000)


class PostingImport(Wire):
    """The source of a posting page, or its plain text. ``url``, ``title`` and ``company`` win over what is found."""

    html: Annotated[str, StringConstraints(min_length=1)] | None = None
    text: Annotated[LongText, Field(min_length=1)] | None = None
    url: HttpUrl | None = None
    title: Name | None = None
    company: Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.html is None) == (self.text is None):
            raise ValueError("send either html or text")
        return self
