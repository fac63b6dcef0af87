"""Names, labels, keys and paths that the Kubernetes API accepts.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.argument_rules import FORMAT
from moorings.validation.rules import Violation

AUTONAME_LENGTH = 9
"""Length of the suffix that Pulumi appends to the name of an object: a hyphen and eight hexadecimal digits.

Source: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/pulumi-managed-resources/
"""

MAX_LABEL_LENGTH = 63
MAX_SUBDOMAIN_LENGTH = 253
MAX_PORT_NAME_LENGTH = 15
MAX_STATEFUL_SET_NAME_LENGTH = 52
"""The revision of a StatefulSet is a label value: the name, a hyphen and ten characters.

Source: https://github.com/kubernetes/kubernetes/issues/64023
"""

SYSTEM_DIRECTORIES = {
    f"/{name}" for name in ("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "sbin", "sys", "usr", "var")
}
"""Directories that most images need. A volume mounted there hides their content."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED_NAME = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"


def _check_pattern(pattern: str, max_length: int, expected: str) -> Callable[[str], str]:
    """Return a function that returns a name, and raises ``Violation`` unless the whole name matches a pattern."""
    compiled = re.compile(pattern)

    def check(name: str) -> str:
        if len(name) > max_length or not compiled.fullmatch(name):
            raise Violation(FORMAT, f"must be {expected}, got {name!r}")
        return name

    return check


check_service_name = _check_pattern(
    "[a-z]([-a-z0-9]*[a-z0-9])?",
    MAX_LABEL_LENGTH,
    f"1 to {MAX_LABEL_LENGTH} lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen",
)
check_dns_label = _check_pattern(
    _LABEL,
    MAX_LABEL_LENGTH,
    f"1 to {MAX_LABEL_LENGTH} lower-case letters, digits and hyphens, and begin and end with a letter or digit",
)
check_label_value = _check_pattern(
    f"({_QUALIFIED_NAME})?",
    MAX_LABEL_LENGTH,
    f"at most {MAX_LABEL_LENGTH} letters, digits, '-', '_' and '.', and begin and end with a letter or digit",
)
check_label_key = _check_pattern(
    rf"((?=[^/]{{1,{MAX_SUBDOMAIN_LENGTH}}}/){_SUBDOMAIN}/)?(?=.{{1,{MAX_LABEL_LENGTH}}}$){_QUALIFIED_NAME}",
    MAX_SUBDOMAIN_LENGTH + 1 + MAX_LABEL_LENGTH,
    f"at most {MAX_LABEL_LENGTH} letters, digits, '-', '_' and '.', with an optional prefix of a DNS subdomain and a "
    "slash",
)
_check_subdomain = _check_pattern(
    _SUBDOMAIN,
    MAX_SUBDOMAIN_LENGTH,
    f"1 to {MAX_SUBDOMAIN_LENGTH} lower-case letters, digits, hyphens and dots, and begin and end with a letter or "
    "digit",
)
_check_port_name = _check_pattern(
    rf"(?=.*[a-z])(?!.*--){_LABEL}",
    MAX_PORT_NAME_LENGTH,
    f"1 to {MAX_PORT_NAME_LENGTH} lower-case letters, digits and single hyphens, with at least one letter",
)
CONFIG_KEY = re.compile(rf"(?!\.\.|\.$)[-._A-Za-z0-9]{{1,{MAX_SUBDOMAIN_LENGTH}}}")
_check_config_key = _check_pattern(
    CONFIG_KEY.pattern,
    MAX_SUBDOMAIN_LENGTH,
    f"1 to {MAX_SUBDOMAIN_LENGTH} letters, digits, '-', '_' and '.'",
)


def _check_mount_path(path: str) -> str:
    parts = path.split("/")
    if parts[0] or ":" in path or {"", ".", ".."} & {*(parts[1:] or [""])}:
        raise Violation(
            FORMAT,
            "must be an absolute path below / without ':', '.', '..', repeated slashes or a trailing slash, got "
            f"{path!r}",
        )
    return path


def _check_relative_path(path: str) -> str:
    if not path or path.startswith("/") or ".." in path.split("/"):
        raise Violation(FORMAT, f"must be a relative path without '..', such as tls/cert.pem, got {path!r}")
    return path


def _check_file_path(path: str) -> str:
    _check_mount_path(path)
    directory, _, file = path.rpartition("/")
    if not directory or file.startswith(".."):
        raise Violation(
            FORMAT,
            f"must be an absolute path with a directory and a file name, such as /etc/orders/a.conf, got {path!r}",
        )
    return path


_HUGE_PAGES = re.compile("hugepages-[1-9][0-9]*(Ki|Mi|Gi)")


def _check_resource_name(name: str) -> str:
    """Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/helper/helpers.go."""
    prefix, slash, _ = name.partition("/")
    native = not slash or prefix == "kubernetes.io" or prefix.endswith(".kubernetes.io") or name.startswith("requests.")
    if native and not _HUGE_PAGES.fullmatch(name):
        raise Violation(
            FORMAT,
            f"must be the name of an extended resource with its domain, such as nvidia.com/gpu, or of huge pages, such "
            f"as hugepages-2Mi, got {name!r}",
        )
    return check_label_key(name)


ResourceName = Annotated[str, AfterValidator(_check_resource_name)]
"""Name of an extended resource: ``nvidia.com/gpu``."""

ServiceName = Annotated[str, AfterValidator(check_service_name)]
"""Name of a Service, or of a component whose objects are named after it."""

DnsLabel = Annotated[str, AfterValidator(check_dns_label)]
"""Name of a namespace, container or volume."""

Subdomain = Annotated[str, AfterValidator(_check_subdomain)]
"""Name of most other objects."""

PortName = Annotated[str, AfterValidator(_check_port_name)]
"""Name of a port."""

LabelKey = Annotated[str, AfterValidator(check_label_key)]
"""Key of a label or an annotation."""

LabelValue = Annotated[str, AfterValidator(check_label_value)]
"""Value of a label."""

ConfigKey = Annotated[str, AfterValidator(_check_config_key)]
"""Key of a ConfigMap or Secret."""

MountPath = Annotated[str, AfterValidator(_check_mount_path)]
"""Path at which a volume is mounted."""

RelativePath = Annotated[str, AfterValidator(_check_relative_path)]
"""Path in a volume."""

FilePath = Annotated[str, AfterValidator(_check_file_path)]
"""Path of a mounted file, in a directory that contains only mounted files."""
