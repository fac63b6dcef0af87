"""What rings when the one task is not there, not well, or short of memory."""

import json

import pytest

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"


def test_alarms_ring_for_what_nobody_planned(made):
    plan = made()
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


def test_the_load_balancer_is_asked_as_well(made, balanced):
    unhealthy = made(port=3000, load_balancer=balanced)["orders-unhealthy"].inputs
    assert (unhealthy["namespace"], unhealthy["metricName"]) == ("AWS/ApplicationELB", "HealthyHostCount")
    assert unhealthy["evaluationPeriods"] == 7


def test_an_alarm_waits_longer_than_a_deployment(made):
    assert made(startup_seconds=600)["orders-none-running"].inputs["evaluationPeriods"] == 15


def test_a_topic_hears_of_alarms_and_failed_deployments(made):
    plan = made(alarm_topic_arns=[TOPIC])
    assert plan["orders-memory"].inputs["alarmActions"] == [TOPIC]
    assert plan["orders-memory"].inputs["okActions"] == [TOPIC]
    (rule,) = plan.all("aws:cloudwatch/eventRule:EventRule")
    (target,) = plan.all("aws:cloudwatch/eventTarget:EventTarget")
    assert target.inputs["arn"] == TOPIC
    assert rule.urn in target.property_dependencies["rule"]
    assert plan["orders-service"].urn in rule.property_dependencies["eventPattern"]


def test_a_failed_deployment_is_told_by_ecs():
    from moorings.ecs.alarms import failed_deployments

    assert json.loads(failed_deployments("arn:aws:ecs:eu-west-1:123456789012:service/tools/orders")) == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": ["arn:aws:ecs:eu-west-1:123456789012:service/tools/orders"],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    }


def test_a_service_that_is_paused_is_meant_to_be_away(made):
    plan = made(desired_count=0)
    assert plan["orders-service"].inputs["desiredCount"] == 0
    assert not plan["orders-none-running"].inputs["actionsEnabled"]


def test_alarms_may_be_left_out(made):
    assert not made(alarms=False).all("aws:cloudwatch/metricAlarm:MetricAlarm")


@pytest.mark.parametrize("names", [[], ["errors"]])
def test_alarms_of_ones_own_roll_a_deployment_back(made, names):
    service = made(rollback_alarm_names=names)["orders-service"].inputs
    assert service.get("alarms") == ({"alarmNames": names, "enable": True, "rollback": True} if names else None)
