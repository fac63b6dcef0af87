"""Names, labels, keys and paths that the Kubernetes API accepts.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import re
from typing import Annotated

from pydantic import AfterValidator

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
"""Directories that every image needs. A volume mounted there would hide their content."""

_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FILE_NAME = re.compile(r"[-A-Za-z0-9_][-A-Za-z0-9_.]*")
_CONFIG_KEY = re.compile(r"(?!\.\.|\.$)[-._A-Za-z0-9]+")


def check_service_name(name: str) -> str:
    """Return the name of a Service: a DNS label that begins with a letter.

    Raises:
        ValueError: if a Service cannot have the name.

    """
    if not _SERVICE_NAME.fullmatch(name) or len(name) > MAX_LABEL_LENGTH:
        raise ValueError(
            f"must be 1 to {MAX_LABEL_LENGTH} lower-case letters, digits and hyphens, begin with a letter and not end "
            f"with a hyphen, got {name!r}"
        )
    return name


def check_dns_label(name: str) -> str:
    """Return the name of a namespace, container or volume: a DNS label.

    Raises:
        ValueError: if it is not a DNS label.

    """
    if not _DNS_LABEL.fullmatch(name) or len(name) > MAX_LABEL_LENGTH:
        raise ValueError(
            f"must be 1 to {MAX_LABEL_LENGTH} lower-case letters, digits and hyphens, and begin and end with a letter "
            f"or digit, got {name!r}"
        )
    return name


def check_subdomain(name: str) -> str:
    """Return the name of most other objects: DNS labels joined by dots.

    Raises:
        ValueError: if it is not a DNS subdomain.

    """
    if not _SUBDOMAIN.fullmatch(name) or len(name) > MAX_SUBDOMAIN_LENGTH:
        raise ValueError(
            f"must be 1 to {MAX_SUBDOMAIN_LENGTH} lower-case letters, digits, hyphens and dots, and begin and end with "
            f"a letter or digit, got {name!r}"
        )
    return name


def _check_port_name(name: str) -> str:
    valid = _DNS_LABEL.fullmatch(name) and len(name) <= MAX_PORT_NAME_LENGTH
    if not valid or "--" in name or not re.search("[a-z]", name):
        raise ValueError(
            f"must be 1 to {MAX_PORT_NAME_LENGTH} lower-case letters, digits and single hyphens, with at least one "
            f"letter, got {name!r}"
        )
    return name


def check_label_value(value: str) -> str:
    """Return the value of a label.

    Raises:
        ValueError: if a label cannot have the value.

    """
    if value and (not _QUALIFIED_NAME.fullmatch(value) or len(value) > MAX_LABEL_LENGTH):
        raise ValueError(
            f"must be at most {MAX_LABEL_LENGTH} letters, digits, '-', '_' and '.', and begin and end with a letter or "
            f"digit, got {value!r}"
        )
    return value


def check_label_key(key: str) -> str:
    """Return the key of a label, an annotation or a taint.

    Raises:
        ValueError: if none of them can have the key.

    """
    prefix, slash, name = key.rpartition("/")
    valid_name = _QUALIFIED_NAME.fullmatch(name) and len(name) <= MAX_LABEL_LENGTH
    if not valid_name or (slash and (not _SUBDOMAIN.fullmatch(prefix) or len(prefix) > MAX_SUBDOMAIN_LENGTH)):
        raise ValueError(
            f"must be at most {MAX_LABEL_LENGTH} letters, digits, '-', '_' and '.', with an optional prefix of a DNS "
            f"subdomain and a slash, got {key!r}"
        )
    return key


def _check_config_key(key: str) -> str:
    if not _CONFIG_KEY.fullmatch(key) or len(key) > MAX_SUBDOMAIN_LENGTH:
        raise ValueError(f"must be 1 to {MAX_SUBDOMAIN_LENGTH} letters, digits, '-', '_' and '.', got {key!r}")
    return key


def _check_variable_name(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ValueError(f"must be letters, digits and underscores, and not begin with a digit, got {name!r}")
    return name


def _check_mount_path(path: str) -> str:
    parts = path.split("/")
    if parts[0] or ":" in path or {"", ".", ".."} & {*(parts[1:] or [""])}:
        raise ValueError(
            "must be an absolute path below / without ':', '.', '..', repeated slashes or a trailing slash, got "
            f"{path!r}"
        )
    if path in SYSTEM_DIRECTORIES:
        raise ValueError(f"{path} contains files of the image, which a volume would hide; use a directory below it")
    return path


def _check_file_path(path: str) -> str:
    _check_mount_path(path)
    directory, _, file = path.rpartition("/")
    if not _FILE_NAME.fullmatch(file) or directory == "":
        raise ValueError(
            f"must be an absolute path with a directory and a file name, such as /etc/orders/a.conf, got {path!r}"
        )
    if directory in SYSTEM_DIRECTORIES:
        raise ValueError(
            f"{directory} contains files of the image, which the mount would hide; use a directory of its own, such as "
            f"/etc/orders/a.conf, got {path!r}"
        )
    if len(path) > MAX_SUBDOMAIN_LENGTH + 1:
        raise ValueError(
            f"must have at most {MAX_SUBDOMAIN_LENGTH + 1} characters, since the path becomes a key of a ConfigMap or "
            f"Secret, got {len(path)} in {path!r}"
        )
    return path


ServiceName = Annotated[str, AfterValidator(check_service_name)]
"""Name of a Service, or of a component whose objects are named after it."""

DnsLabel = Annotated[str, AfterValidator(check_dns_label)]
"""Name of a namespace, container or volume."""

Subdomain = Annotated[str, AfterValidator(check_subdomain)]
"""Name of most other objects."""

PortName = Annotated[str, AfterValidator(_check_port_name)]
"""Name of a port."""

LabelKey = Annotated[str, AfterValidator(check_label_key)]
"""Key of a label or an annotation."""

LabelValue = Annotated[str, AfterValidator(check_label_value)]
"""Value of a label."""

ConfigKey = Annotated[str, AfterValidator(_check_config_key)]
"""Key of a ConfigMap or Secret."""

VariableName = Annotated[str, AfterValidator(_check_variable_name)]
"""Name of an environment variable."""

MountPath = Annotated[str, AfterValidator(_check_mount_path)]
"""Path at which a volume is mounted."""

FilePath = Annotated[str, AfterValidator(_check_file_path)]
"""Path of a mounted file, in a directory that contains only mounted files."""
