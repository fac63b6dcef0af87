"""Rules of the files that kPow reads."""

import re

from moorings.apps.kpow.settings import KpowSettings
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

FILE_RULES = RuleSet(KpowSettings)

_VENDOR_IMAGE = re.compile(
    r"(?:(?:docker\.io/)?(?:factorhouse|operatr)|709825985650\.dkr\.ecr\.us-east-1\.amazonaws\.com/factor-house)/kpow"
)
"""Images of the vendor, not copies of them, to which files may have been added."""


@FILE_RULES.rule(
    "kpow-missing-file",
    Severity.UNSAFE,
    source="https://github.com/factorhouse/kpow/blob/main/dockerfile/kpow/Dockerfile",
    invalid="image='factorhouse/kpow:96.2', data_policy_configuration_file='/etc/kpow/masking.yaml'",
    valid="image='registry.example/kpow:96.2', data_policy_configuration_file='/etc/kpow/masking.yaml'",
)
def _missing_file(files: dict[str, str], image: str, mounted_paths: list[str], mounts: str) -> Findings:
    """The images of the vendor contain no configuration files, and kPow does not start if a file is missing."""
    if not _VENDOR_IMAGE.match(image):
        return
    for key, file in files.items():
        mounted = any(file == path or file.startswith(f"{path}/") for path in mounted_paths)
        if file.startswith("/") and not mounted:
            yield (
                _path(key),
                f"{file} is not in the vendor's image; provide it in {mounts}, or use an image that contains it",
            )


def _path(key: str) -> Path:
    """Return the path of an argument, or of an item of it."""
    argument, _, item = key.partition("/")
    return (argument, int(item) if item.isdigit() else item) if item else (argument,)
