"""Types of the fields in ``pulumi preview --json`` that a plan reads. An engine writes null for an empty field.

Source: https://github.com/pulumi/pulumi/blob/v3.256.0/pkg/backend/display/json.go, previewDigest
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from moorings.preview.secret_masking import is_array, is_object
from moorings.validation.findings import spell


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", alias_generator=to_camel)


class _State(_Document):
    urn: Annotated[str, Field(min_length=1)]
    type: str | None = None
    custom: bool | None = None
    id: str | None = None
    inputs: dict[str, Any] | None = None
    parent: str | None = None
    dependencies: list[str] | None = None
    property_dependencies: dict[str, list[str] | None] | None = None
    protect: bool | None = None
    provider: str | None = None
    aliases: list[str] | None = None
    ignore_changes: list[str] | None = None
    replace_on_changes: list[str] | None = None
    additional_secret_outputs: list[str] | None = None
    delete_before_replace: bool | None = None
    retain_on_delete: bool | None = None
    external: bool | None = None
    custom_timeouts: dict[str, Any] | None = None
    source_position: str | None = None
    secret_digests: dict[str, str] | None = None


class _EngineStep(_Document):
    op: str | None = None
    urn: str | None = None
    old_state: _State | None = None
    new_state: _State | None = None
    detailed_diff: dict[str, Any] | None = None
    diff_reasons: list[str] | None = None
    replace_reasons: list[str] | None = None


class _Diagnostic(_Document):
    urn: str | None = None
    message: str | None = None
    severity: str | None = None


class _Preview(_Document):
    steps: list[_EngineStep]
    config: dict[str, str] | None = None
    outputs: dict[str, Any] | None = None
    diagnostics: list[_Diagnostic] | None = None
    change_summary: dict[str, int] | None = None
    notes: list[str] | None = None
    offline: bool | None = None


_EXPECTED = {
    "bool_type": "true or false",
    "int_type": "a number",
    "list_type": "an array",
    "missing": "the field urn",
    "string_too_short": "a URN",
    "string_type": "a string",
    "string_unicode": "a valid Unicode string",
}
"""Expected values by the error type of pydantic. All other fields are objects."""

_FOUND: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a boolean"),
    ((int, float), "a number"),
    (str, "a string"),
    (list, "an array"),
    (dict, "an object"),
)
"""Names of the types of JSON. A boolean is also an ``int``."""


def check_preview(document: Any) -> None:
    """Check the types of the fields of a preview.

    Raises:
        ValueError: The document is not a preview, with the path of the first wrong field.

    """
    if not is_object(document) or not is_array(document.get("steps")):
        raise ValueError("it has no steps; create it with 'pulumi preview --json' or 'moorings preview STACK --json'")
    try:
        _Preview.model_validate(document)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        expected = _EXPECTED.get(problem["type"], "an object")
        value: Any = problem["input"]
        found = next((name for types, name in _FOUND if isinstance(value, types)), "null")
        raise ValueError(f"{spell(problem['loc'])}: expected {expected}, got {found}") from None
