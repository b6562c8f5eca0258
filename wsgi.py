"""The web process alone, for a WSGI server of your own: ``wsgi:app``. Start ``jobmate worker`` beside it."""

from jobmate_agent.app import create_app

app = create_app()
