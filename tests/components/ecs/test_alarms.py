"""CloudWatch alarms of a singleton, and notifications of its failed deployments."""

import json

import pytest

from moorings.ecs.alarms import failed_deployment_events

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
SECOND_TOPIC = "arn:aws:sns:eu-west-1:123456789012:team"


def test_missing_task_and_high_memory_trigger_alarms(create):
    plan = create()
    none_running, memory = plan["orders-none-running"].inputs, plan["orders-memory"].inputs
    assert none_running == {
        "alarmDescription": "No task of orders has run for 7 minutes",
        "namespace": "AWS/ECS",
        "metricName": "MemoryUtilization",
        "dimensions": none_running["dimensions"],
        "statistic": "SampleCount",
        "comparisonOperator": "LessThanThreshold",
        "threshold": 1,
        "period": 60,
        "evaluationPeriods": 7,
        "treatMissingData": "breaching",
        "actionsEnabled": True,
        "alarmActions": [],
        "okActions": [],
        "tags": {},
    }
    assert (memory["statistic"], memory["threshold"], memory["comparisonOperator"]) == (
        "Maximum", 85, "GreaterThanThreshold",
    )  # fmt: skip
    assert memory["treatMissingData"] == "notBreaching"


def test_unhealthy_target_triggers_an_alarm(create, load_balancer):
    unhealthy = create(port=3000, load_balancer=load_balancer)["orders-unhealthy"].inputs
    assert (unhealthy["namespace"], unhealthy["metricName"]) == ("AWS/ApplicationELB", "HealthyHostCount")
    assert unhealthy["evaluationPeriods"] == 7


def test_alarm_waits_longer_than_a_deployment(create):
    assert create(startup_seconds=600)["orders-none-running"].inputs["evaluationPeriods"] == 15


def test_topics_receive_alarms_and_failed_deployments(create):
    plan = create(alarm_topic_arns=[TOPIC, SECOND_TOPIC])
    assert plan["orders-memory"].inputs["alarmActions"] == [TOPIC, SECOND_TOPIC]
    assert plan["orders-memory"].inputs["okActions"] == [TOPIC, SECOND_TOPIC]
    (rule,) = plan.all("aws:cloudwatch/eventRule:EventRule")
    targets = plan.all("aws:cloudwatch/eventTarget:EventTarget")
    assert {target.name: target.inputs["arn"] for target in targets} == {
        "orders-deployment-failed": TOPIC,
        "orders-deployment-failed-2": SECOND_TOPIC,
    }
    assert all(rule.urn in target.property_dependencies["rule"] for target in targets)
    assert plan["orders-service"].urn in rule.property_dependencies["eventPattern"]


def test_failed_deployment_events():
    assert json.loads(failed_deployment_events("arn:aws:ecs:eu-west-1:123456789012:service/tools/orders")) == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": ["arn:aws:ecs:eu-west-1:123456789012:service/tools/orders"],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    }


def test_alarms_are_disabled_while_the_service_is_paused(create):
    plan = create(desired_count=0)
    assert plan["orders-service"].inputs["desiredCount"] == 0
    assert not plan["orders-none-running"].inputs["actionsEnabled"]


def test_alarms_can_be_turned_off(create):
    assert not create(alarms=False).all("aws:cloudwatch/metricAlarm:MetricAlarm")


@pytest.mark.parametrize("names", [[], ["errors"]])
def test_rollback_alarms(create, names):
    service = create(rollback_alarm_names=names)["orders-service"].inputs
    assert service.get("alarms") == ({"alarmNames": names, "enable": True, "rollback": True} if names else None)
