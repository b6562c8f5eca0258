"""O*NET releases: read, checked, published, and served."""
