"""Purposes of a key that the same program declares, for components that are given its ARN."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.sdk.internals import is_pulumi_output, resources_of
from moorings.validation.rules import Findings


@dataclass(frozen=True)
class KeyPurposes:
    """What the key policy of an `EncryptionKey` allows."""

    services: frozenset[str]
    """Services through which the account can use the key."""

    log_groups: tuple[str, ...]
    """Names of log groups, with a trailing ``*`` for the rest of a name."""

    def missing(self, services: Iterable[str], log_group: str | None = None) -> list[str]:
        """Return what the key policy does not allow, as arguments of `EncryptionKey`.

        Args:
            services: services that use the key.
            log_group: name of a log group that the key encrypts. A trailing ``*`` stands for a generated suffix.

        """
        missing = [f"services={[service]}" for service in services if service not in self.services]
        if log_group is not None and not any(map(_matches(log_group), self.log_groups)):
            missing.append(f"log_groups={[log_group]}")
        return missing


def _matches(log_group: str) -> Any:
    def matches(pattern: str) -> bool:
        return log_group == pattern or (pattern.endswith("*") and log_group.startswith(pattern[:-1]))

    return matches


class DeclaredKey(aws.kms.Key):
    """The key of an `EncryptionKey`. Outputs that are made from its ARN lead to its purposes."""

    purposes: KeyPurposes

    def __init__(self, name: str, purposes: KeyPurposes, opts: pulumi.ResourceOptions, **inputs: Any) -> None:
        """Register the key, with the type and the name of `aws.kms.Key`."""
        self.purposes = purposes
        super().__init__(name, opts=opts, **inputs)


def declared_purposes(arn: Any) -> pulumi.Output[list[KeyPurposes]] | list[KeyPurposes]:
    """Return the purposes of the keys of this program from which an ARN was made, also while it is unknown.

    Empty for other ARNs, such as those of another stack.

    Args:
        arn: the argument of a component; plain, late or None.

    """
    if not is_pulumi_output(arn):
        return []

    async def look_up() -> list[KeyPurposes]:
        resources = await resources_of(arn)
        return [resource.purposes for resource in resources if isinstance(resource, DeclaredKey)]

    return pulumi.Output.from_input(look_up())


def missing_purposes(purposes: list[KeyPurposes], services: list[str], log_group: str | None) -> str | None:
    """Return the problem and the fix if the policy of a key does not allow a use, or None.

    An ARN that was made of several keys passes if one of them fits.

    Args:
        purposes: result of `declared_purposes`.
        services: services that use the key on behalf of the component.
        log_group: see `KeyPurposes.missing`.

    """
    if not purposes or not all(key.missing(services, log_group) for key in purposes):
        return None
    missing = " and ".join(purposes[0].missing(services, log_group))
    return f"the policy of this EncryptionKey does not allow the service to use it; add {missing} to its arguments"


def find_missing_purposes(
    argument: str, purposes: list[KeyPurposes], services: list[str], log_group: str | None
) -> Findings:
    """Yield the problem of `missing_purposes` with the argument, for an explicit rule that is ``unsafe``."""
    problem = missing_purposes(purposes, services, log_group)
    if problem is not None:
        yield argument, problem
