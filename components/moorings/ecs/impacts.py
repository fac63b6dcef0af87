"""Impacts of changes to an Amazon ECS service on its tasks."""

from moorings.validation.impacts import Impact, ImpactLevel, ImpactRule, describe_count
from moorings.validation.resource_changes import ResourceChange

_SERVICE = "aws:ecs/service:Service"

_DEPLOYMENT_TRIGGERS = (
    "capacityProviderStrategies",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "taskDefinition",
    "volumeConfiguration",
)
"""Inputs whose change starts a deployment, which replaces the tasks.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
"""


def _describe_service(change: ResourceChange) -> Impact | None:  # noqa: PLR0911 - one per effect
    if change.operation in {"delete", "replace"}:
        recreated = ", and the service is recreated" if change.operation == "replace" else ""
        return Impact(ImpactLevel.DOWNTIME, f"ECS stops all tasks of the service{recreated}")
    if change.operation != "update":
        return None
    before, after = change.before.number("desiredCount"), change.after.number("desiredCount")
    if before and after == 0:
        return Impact(ImpactLevel.DOWNTIME, f"ECS stops {describe_count(before, 'task')}")
    if after == 0:
        return None  # no tasks are running
    forced = change.after.at("forceNewDeployment") is True
    if forced or any(change.before.at(name) != change.after.at(name) for name in _DEPLOYMENT_TRIGGERS):
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
        # With 100 and 0 percent, all old tasks may stop before a new one runs.
        limits = (
            change.after.number("deploymentMaximumPercent"),
            change.after.number("deploymentMinimumHealthyPercent"),
        )
        if limits == (100, 0):
            return Impact(
                ImpactLevel.DOWNTIME, "downtime until the new task is healthy, because ECS stops the old one first"
            )
        return Impact(ImpactLevel.ROLLING, f"rolling deployment of {describe_count(after, 'task')}")
    if before is not None and after is not None and before != after:
        return Impact(ImpactLevel.NOTICE, f"{describe_count(after, 'task')} instead of {before:g}")
    return None


SERVICE_IMPACT = ImpactRule(frozenset({_SERVICE}), _describe_service)
