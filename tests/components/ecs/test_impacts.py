"""What changes of an ECS service do to its tasks."""

import pytest

from moorings.ecs.impacts import SERVICE_IMPACT
from moorings.validation.impacts import ImpactLevel
from moorings.validation.resource_changes import Properties, ResourceChange

SERVICE = "aws:ecs/service:Service"


def impact_of(before, after, operation="update"):
    assert SERVICE_IMPACT.types == {SERVICE}
    found = SERVICE_IMPACT.describe(ResourceChange(operation, SERVICE, Properties(before), Properties(after)))
    return found and (found.level, found.text)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"taskDefinition": "a:1", "desiredCount": 1}, {"taskDefinition": "a:1", "desiredCount": 1}, None),
        (
            {"taskDefinition": "a:1"},
            {"taskDefinition": "a:2", "deploymentMaximumPercent": 100, "deploymentMinimumHealthyPercent": 0},
            (ImpactLevel.DOWNTIME, "downtime until the new task is healthy, because ECS stops the old one first"),
        ),
        (
            {"taskDefinition": "a:1"},
            {"taskDefinition": "a:2", "deploymentMaximumPercent": 100, "deploymentMinimumHealthyPercent": 50},
            (ImpactLevel.ROLLING, "rolling deployment of all tasks"),
        ),
        (
            {"taskDefinition": "a:1"},
            {"taskDefinition": "a:2", "desiredCount": 3},
            (ImpactLevel.ROLLING, "rolling deployment of 3 tasks"),
        ),
        ({"launchType": "EC2"}, {"launchType": "FARGATE"}, (ImpactLevel.ROLLING, "rolling deployment of all tasks")),
        ({}, {"forceNewDeployment": True, "desiredCount": 1}, (ImpactLevel.ROLLING, "rolling deployment of 1 task")),
        ({"desiredCount": 1}, {"desiredCount": 0}, (ImpactLevel.DOWNTIME, "ECS stops 1 task")),
        ({"taskDefinition": "a:1"}, {"taskDefinition": "a:2", "desiredCount": 0}, None),
        ({"desiredCount": 1}, {"desiredCount": 2}, (ImpactLevel.NOTICE, "2 tasks instead of 1")),
        ({"propagateTags": "NONE"}, {"propagateTags": "SERVICE"}, None),
    ],
)
def test_update(before, after, expected):
    assert impact_of(before, after) == expected


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("delete", "ECS stops all tasks of the service"),
        ("replace", "ECS stops all tasks of the service, and the service is recreated"),
    ],
)
def test_deletion_and_replacement_stop_the_tasks(operation, text):
    assert impact_of({}, {}, operation) == (ImpactLevel.DOWNTIME, text)


def test_creation_has_no_impact():
    assert impact_of({}, {}, "create") is None
