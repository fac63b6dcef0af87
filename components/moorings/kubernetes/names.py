"""How long names may be, and of which characters, with what Pulumi and the controllers append to them.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import re
from typing import Annotated

from pydantic import AfterValidator

AUTONAME = 9
"""What Pulumi appends to the name of an object that has none of its own: a hyphen and eight hexadecimal digits.

Source: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/pulumi-managed-resources/
"""

MOST_LABEL = 63
MOST_SUBDOMAIN = 253
MOST_PORT_NAME = 15
MOST_STATEFUL_SET = 52
"""A revision of a StatefulSet is a label: the name, a hyphen and ten characters.

Source: https://github.com/kubernetes/kubernetes/issues/64023
"""

SYSTEM = {f"/{name}" for name in ("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "sbin", "sys", "usr", "var")}
"""Folders that an image does not work without: a mount hides what is in them."""

_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_CONTAINER = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_WORD = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FILE = re.compile(r"[-A-Za-z0-9_][-A-Za-z0-9_.]*")
_KEY = re.compile(r"(?!\.\.|\.$)[-._A-Za-z0-9]+")


def service_label(name: str) -> str:
    """The name, if a Service may have it: a DNS label that begins with a letter.

    Raises:
        ValueError: for one that no Service may have.

    """
    if not _LABEL.fullmatch(name) or len(name) > MOST_LABEL:
        raise ValueError(
            f"{name!r} must be 1 to {MOST_LABEL} lower-case letters, digits and hyphens, begin with a letter and "
            "not end with a hyphen"
        )
    return name


def dns_label(name: str) -> str:
    """The name, if a namespace or a container may have it: a DNS label.

    Raises:
        ValueError: for one that neither may have.

    """
    if not _CONTAINER.fullmatch(name) or len(name) > MOST_LABEL:
        raise ValueError(
            f"{name!r} must be 1 to {MOST_LABEL} lower-case letters, digits and hyphens, with no hyphen at either end"
        )
    return name


def subdomain(name: str) -> str:
    """The name, if most other objects may have it: DNS labels, joined by dots.

    Raises:
        ValueError: for one that they may not have.

    """
    if not _SUBDOMAIN.fullmatch(name) or len(name) > MOST_SUBDOMAIN:
        raise ValueError(
            f"{name!r} must be 1 to {MOST_SUBDOMAIN} lower-case letters, digits, hyphens and dots, and begin and end "
            "with a letter or digit"
        )
    return name


def _port_name(name: str) -> str:
    named = _CONTAINER.fullmatch(name) and len(name) <= MOST_PORT_NAME
    if not named or "--" in name or not re.search("[a-z]", name):
        raise ValueError(
            f"{name!r} must be 1 to {MOST_PORT_NAME} lower-case letters, digits and single hyphens, with a letter"
        )
    return name


def label_value(value: str) -> str:
    """The value, if a label may have it.

    Raises:
        ValueError: for one that no label has.

    """
    if value and (not _WORD.fullmatch(value) or len(value) > MOST_LABEL):
        raise ValueError(
            f"{value!r} must be at most {MOST_LABEL} letters, digits, '-', '_' and '.', and begin and end with a "
            "letter or digit"
        )
    return value


def label_key(key: str) -> str:
    """The key, if a label, an annotation or a taint may have it.

    Raises:
        ValueError: for one that none of them has.

    """
    prefix, slash, name = key.rpartition("/")
    good = _WORD.fullmatch(name) and len(name) <= MOST_LABEL
    if not good or (slash and (not _SUBDOMAIN.fullmatch(prefix) or len(prefix) > MOST_SUBDOMAIN)):
        raise ValueError(
            f"{key!r} must be at most {MOST_LABEL} letters, digits, '-', '_' and '.', after a domain and a slash if "
            "it has a prefix"
        )
    return key


def config_key(key: str) -> str:
    """The key, if it may stand in a ConfigMap or a Secret.

    Raises:
        ValueError: for one that may not.

    """
    if not _KEY.fullmatch(key) or len(key) > MOST_SUBDOMAIN:
        raise ValueError(f"{key!r} must be 1 to {MOST_SUBDOMAIN} letters, digits, '-', '_' and '.'")
    return key


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ValueError(f"{name!r} must be letters, digits and underscores, and not begin with a digit")
    return name


def _path(path: str) -> str:
    parts = path.split("/")
    if parts[0] or ":" in path or {"", ".", ".."} & {*(parts[1:] or [""])}:
        raise ValueError(f"{path!r} must be an absolute path below /, without ':', '..' and a slash at the end")
    if path in SYSTEM:
        raise ValueError(f"{path!r} would hide what the image has in {path}; mount a folder below it, or another one")
    return path


def _file_path(path: str) -> str:
    _path(path)
    folder, _, file = path.rpartition("/")
    if not _FILE.fullmatch(file) or folder == "":
        raise ValueError(f"{path!r} must be the absolute path of a file in a folder of its own, as /etc/orders/a.conf")
    if folder in SYSTEM:
        raise ValueError(
            f"{path!r} would hide all else in {folder}; give it a folder of its own, as /etc/orders/a.conf"
        )
    if len(path) > MOST_SUBDOMAIN + 1:
        raise ValueError(
            f"{path!r} has {len(path)} characters, and {MOST_SUBDOMAIN + 1} fit the key of a ConfigMap; shorten it"
        )
    return path


ServiceLabel = Annotated[str, AfterValidator(service_label)]
"""The name of a Service, and of what is called like one."""

DnsLabel = Annotated[str, AfterValidator(dns_label)]
"""The name of a namespace, a container or a volume."""

Subdomain = Annotated[str, AfterValidator(subdomain)]
"""The name of most other objects."""

PortName = Annotated[str, AfterValidator(_port_name)]
"""The name of a port."""

LabelKey = Annotated[str, AfterValidator(label_key)]
"""The key of a label or an annotation."""

LabelValue = Annotated[str, AfterValidator(label_value)]
"""The value of a label."""

ConfigKey = Annotated[str, AfterValidator(config_key)]
"""A key of a ConfigMap or Secret."""

Variable = Annotated[str, AfterValidator(_variable)]
"""The name of an environment variable."""

AbsolutePath = Annotated[str, AfterValidator(_path)]
"""Where something is mounted."""

FilePath = Annotated[str, AfterValidator(_file_path)]
"""Where a file is mounted, with the folder that holds it."""
