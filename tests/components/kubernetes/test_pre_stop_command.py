"""The command before SIGTERM, and its time in the shutdown budget."""

import pytest

from moorings import InvalidInput, KubernetesWorkload

COMMAND = {"pre_stop_command": ["/bin/orders", "leave"], "pre_stop_command_seconds": 20}


@pytest.fixture
def pod(deploy_workload):
    """Deploy a workload and return the spec of its pods."""

    def render(**changed):
        return deploy_workload(**changed)["orders-deployment"].inputs["spec"]["template"]["spec"]

    return render


def pre_stop(pod):
    return pod["containers"][0]["lifecycle"]["preStop"]


def test_the_pod_serves_requests_before_the_command_runs(pod):
    spec = pod(shutdown=COMMAND)
    command = ["sh", "-c", 'sleep 10; exec "$@"', "sh", "/bin/orders", "leave"]
    assert pre_stop(spec) == {"exec": {"command": command}}


def test_the_grace_period_includes_sleep_command_drain_and_exit(pod):
    assert pod(shutdown={**COMMAND, "drain_seconds": 60})["terminationGracePeriodSeconds"] == 10 + 20 + 60 + 15


def test_without_a_sleep_the_command_needs_no_shell(pod):
    assert pre_stop(pod(service_ports={}, shutdown=COMMAND)) == {"exec": {"command": ["/bin/orders", "leave"]}}


def test_the_deregistration_delay_includes_the_command(deploy, workload):
    def program():
        created = KubernetesWorkload("orders", workload(shutdown={**COMMAND, "load_balancer": "alb"}))
        assert created.shutdown.pre_stop_seconds == 30 + 20
        assert created.shutdown.deregistration_delay_seconds == 30 + 20 + 30

    deploy(program)


def test_a_grace_period_without_the_time_of_the_command_is_rejected(deploy_workload):
    terms = r"pre_stop_seconds 10 \+ pre_stop_command_seconds 20 \+ drain_seconds 30 \+ 15 to exit"
    with pytest.raises(InvalidInput, match=rf"{terms}.*k8s-grace-period"):
        deploy_workload(shutdown={**COMMAND, "termination_grace_period_seconds": 74})
    assert deploy_workload(shutdown={**COMMAND, "termination_grace_period_seconds": 75})


def test_the_command_does_not_replace_the_sleep(findings_of):
    shutdown = {**COMMAND, "pre_stop_seconds": 0}
    assert findings_of(shutdown=shutdown) == [("k8s-pre-stop-too-short", "shutdown.pre_stop_seconds")]


def test_a_late_word_of_the_command(pod, late):
    shutdown = {**COMMAND, "pre_stop_command": ["/bin/orders", late("leave")]}
    assert pre_stop(pod(shutdown=shutdown))["exec"]["command"][-1] == "leave"


@pytest.mark.parametrize(
    ("shutdown", "findings"),
    [
        ({"pre_stop_command_seconds": 20}, [("k8s-pre-stop-command", "shutdown.pre_stop_command_seconds")]),
        ({**COMMAND, "pre_stop_command_seconds": 20000}, [("k8s-implausible-seconds", "")]),
        (
            {**COMMAND, "pre_stop_command": ["leave", "--password=hunter2!x"]},
            [("k8s-pre-stop-secret", "shutdown.pre_stop_command[1]")],
        ),
    ],
)
def test_findings(findings_of, shutdown, findings):
    found = findings_of(shutdown=shutdown)
    assert [rule for rule, _ in found] == [rule for rule, _ in findings]
    assert findings[0][1] in found[0][1]
