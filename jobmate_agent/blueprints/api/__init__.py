"""The API's resources, one module each; every one exports ``blueprint``, mounted under ``/api``."""

from __future__ import annotations

from apiflask import APIBlueprint

from jobmate_agent.blueprints.api.accounts import blueprint as accounts_blueprint
from jobmate_agent.blueprints.api.feedback import blueprint as feedback_blueprint
from jobmate_agent.blueprints.api.gap import blueprint as gap_blueprint
from jobmate_agent.blueprints.api.gap_corrections import blueprint as gap_corrections_blueprint
from jobmate_agent.blueprints.api.gap_downloads import blueprint as gap_downloads_blueprint
from jobmate_agent.blueprints.api.job_collections import blueprint as job_collections_blueprint
from jobmate_agent.blueprints.api.jobs import blueprint as jobs_blueprint
from jobmate_agent.blueprints.api.occupation_match import blueprint as occupation_match_blueprint
from jobmate_agent.blueprints.api.occupations import blueprint as occupations_blueprint
from jobmate_agent.blueprints.api.resumes import blueprint as resumes_blueprint
from jobmate_agent.blueprints.api.runs import blueprint as runs_blueprint
from jobmate_agent.blueprints.api.skill_gap import blueprint as skill_gap_blueprint
from jobmate_agent.blueprints.api.skills import blueprint as skills_blueprint

BLUEPRINTS: list[APIBlueprint] = [
    accounts_blueprint,
    jobs_blueprint,
    resumes_blueprint,
    job_collections_blueprint,
    gap_blueprint,
    gap_corrections_blueprint,
    gap_downloads_blueprint,
    runs_blueprint,
    occupations_blueprint,
    skills_blueprint,
    feedback_blueprint,
    skill_gap_blueprint,
    occupation_match_blueprint,
]
