"""The WSGI entry point: ``gunicorn wsgi:app`` behind ``jobmate serve``."""

from jobmate_agent.app import create_app

app = create_app()
