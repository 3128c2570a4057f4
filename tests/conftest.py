"""Settings of all tests: no property fails because the machine is slow or busy."""

from hypothesis import settings

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
