"""Gap reports, the state that clients poll, and the cache of paid extractions."""
