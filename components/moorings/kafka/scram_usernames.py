"""Names of SCRAM users."""

from typing import Annotated

from pydantic import AfterValidator, Field

from moorings.kafka.connection_rules import SCRAM_USERNAME
from moorings.validation.rules import Violation


def check_scram_username(username: str) -> str:
    """Return the user name if brokers accept it.

    Raises:
        Violation: for a name with characters outside ASCII.

    """
    if not username.isascii():
        problem = "contains a character outside ASCII, with which brokers reject every login; choose another name"
        raise Violation(SCRAM_USERNAME, problem)
    return username


ScramUsername = Annotated[str, Field(min_length=1), AfterValidator(check_scram_username)]
"""Name of a SCRAM user."""
