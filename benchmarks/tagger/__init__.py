"""Training the span tagger that ships with the code, from labelled data beside the repository."""
