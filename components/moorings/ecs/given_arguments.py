"""Which arguments are given, for rules that must not wait for late values."""

from moorings.validation.args import Args


def given_arguments(args: Args) -> frozenset[str]:
    """Return the names of the arguments that are neither None nor empty."""
    return frozenset(name for name, value in args if value is not None and value not in ({}, []))
