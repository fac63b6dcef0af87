"""Scheduled pause and resume."""

import json

import pytest

SCHEDULE = {"pause": "cron(0 20 ? * MON-FRI *)", "resume": "cron(0 7 ? * MON-FRI *)", "time_zone": "Europe/Dublin"}


def test_schedules_set_the_number_of_tasks(create):
    plan = create(pause_schedule=SCHEDULE)
    service = plan["orders-service"]
    for role, expression, count in (("pause", SCHEDULE["pause"], 0), ("resume", SCHEDULE["resume"], 1)):
        schedule = plan[f"orders-{role}"].inputs
        assert schedule["scheduleExpression"] == expression
        assert schedule["scheduleExpressionTimezone"] == "Europe/Dublin"
        assert schedule["flexibleTimeWindow"] == {"mode": "OFF"}
        target = schedule["target"]
        assert target["arn"] == "arn:aws:scheduler:::aws-sdk:ecs:updateService"
        assert target["retryPolicy"] == {"maximumEventAgeInSeconds": 3600}
        call = json.loads(target["input"])
        assert call == {"Cluster": service.inputs["cluster"], "DesiredCount": count, "Service": call["Service"]}
        assert service.urn in plan[f"orders-{role}"].property_dependencies["target"]


def test_the_role_may_only_update_the_service(create):
    plan = create(pause_schedule=SCHEDULE)
    (statement,) = json.loads(plan["orders-schedule-policy"].inputs["policy"])["Statement"]
    assert statement["Action"] == "ecs:UpdateService"
    assert ":service/" in statement["Resource"]
    (trust,) = json.loads(plan["orders-schedule-role"].inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/default"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }


def test_the_role_has_the_permissions_boundary(create):
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    plan = create(pause_schedule=SCHEDULE, roles={"permissions_boundary_arn": boundary})
    assert plan["orders-schedule-role"].inputs["permissionsBoundary"] == boundary


def test_updates_do_not_change_the_number_of_tasks(create):
    assert create(pause_schedule=SCHEDULE)["orders-service"].ignore_changes == ["desiredCount"]
    assert not create()["orders-service"].ignore_changes


def test_alarms_are_silent_during_the_pause(create, load_balancer):
    plan = create(pause_schedule=SCHEDULE, port=3000, load_balancer=load_balancer)
    for alarm, metric, statistic in (
        ("none-running", "MemoryUtilization", "SampleCount"),
        ("unhealthy", "HealthyHostCount", "Maximum"),
    ):
        inputs = plan[f"orders-{alarm}"].inputs
        desired, actual, running = inputs["metricQueries"]
        assert desired["metric"]["metricName"] == "DesiredTaskCount"
        assert set(desired["metric"]["dimensions"]) == {"ClusterName", "ServiceName"}
        assert (actual["metric"]["metricName"], actual["metric"]["stat"]) == (metric, statistic)
        assert running["expression"] == "IF(desired > 0, FILL(actual, 0), 1)"
        assert [query.get("returnData", False) for query in inputs["metricQueries"]] == [False, False, True]
        assert not {"metricName", "period", "statistic"} & set(inputs)
    assert "metricQueries" not in plan["orders-memory"].inputs


def test_long_names_are_shortened(create):
    plan = create(name="orders" * 20, pause_schedule=SCHEDULE)
    schedules = plan.all("aws:scheduler/schedule:Schedule")
    assert len(schedules) == 2
    assert all(len(schedule.name) + 8 <= 64 for schedule in schedules)


@pytest.mark.parametrize(
    ("change", "rule", "path"),
    [
        ({"pause": "rate(1 day)"}, "ecs-schedule-expression", "pause_schedule.pause"),
        ({"pause": "cron(0 20 * * *)"}, "ecs-schedule-expression", "pause_schedule.pause"),
        ({"resume": "cron(0 20 * * * *)"}, "ecs-schedule-expression", "pause_schedule.resume"),
        ({"resume": "cron(0 20 ? * ? *)"}, "ecs-schedule-expression", "pause_schedule.resume"),
        ({"resume": SCHEDULE["pause"]}, "ecs-schedule-times", "pause_schedule.resume"),
        ({"time_zone": "Europe Dublin"}, "argument-format", "pause_schedule.time_zone"),
    ],
)
def test_schedules_that_do_not_work(create, rejected, change, rule, path):
    with rejected(rule, path):
        create(pause_schedule=SCHEDULE | change)


def test_the_schedule_determines_the_number_of_tasks(create, rejected):
    with rejected("ecs-scheduled-count", "desired_count"):
        create(pause_schedule=SCHEDULE, desired_count=0)
