"""Property tests: the same examples on every run, without a deadline and without a database."""

from hypothesis import settings

settings.register_profile("unit", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("unit")
