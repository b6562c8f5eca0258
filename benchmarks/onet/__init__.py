"""The O*NET platform beside what the databases do by hand, with a real release at full size."""
