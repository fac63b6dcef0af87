"""Errors of models that are not arguments of a component."""

import pytest
from pydantic import BaseModel, ValidationError

from moorings.validation.errors import InvalidInput


class Settings(BaseModel, extra="forbid"):
    """Settings of a stack."""

    brokers: int = 3


def test_errors_of_other_models_are_findings():
    with pytest.raises(ValidationError) as error:
        Settings.model_validate({"brokrs": 3})
    message = "kafka: settings.brokrs: unknown argument; did you mean brokers? [argument-unknown]"
    assert str(InvalidInput.from_pydantic(error.value, "kafka", "settings", args_class=Settings)) == message
