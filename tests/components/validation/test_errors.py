"""Errors of models that are not arguments of a component."""

from datetime import date

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from moorings.validation.errors import InvalidInput


class Settings(BaseModel, extra="forbid"):
    """Settings of a stack."""

    brokers: int = 3


def test_errors_of_other_models_are_findings():
    with pytest.raises(ValidationError) as error:
        Settings.model_validate({"brokrs": 3})
    message = "kafka: settings.brokrs: unknown argument; did you mean brokers? [argument-unknown]"
    assert str(InvalidInput.from_pydantic(error.value, "kafka", "settings", args_class=Settings)) == message


def test_an_unknown_kind_of_problem_names_the_type_of_the_value():
    with pytest.raises(ValidationError) as error:
        TypeAdapter(date).validate_python("x")
    message = "kafka: settings: has an unsupported type: str [argument-type]"
    assert str(InvalidInput.from_pydantic(error.value, "kafka", "settings")) == message
