"""Use cases of residents: who calls, registering, the profile, and registering otherwise."""
