"""Accounts: registration, sign-in sessions, external identities, and what a person says about themselves."""
