"""Fitting of what the mapper weighs by."""
