"""The vendor's deployment notes, fact by fact, and what of the preset stands for each.

Source: https://docs.kpow.io/installation/deployment-notes
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from moorings import InvalidInput, KpowOnFargate, KpowOnFargateArgs, KpowOnKubernetes
from moorings.apps.kpow.sizing import SIZES

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
DOOR = {"certificate_arn": CERTIFICATE, "health_check_path": "/healthy", "client_cidrs": {"vpn": "10.80.0.0/16"}}
ASKS_INSIDE = {"command": ["curl", "-fsS", "http://localhost:3000/healthy"]}
ASKS_NOTHING = {"command": ["true"]}
GIVEN = {
    "kafka": {
        "listener": "scram",
        "bootstrap_servers": "b-1:9096,b-2:9096,b-3:9096",
        "username": "kpow",
        "password": "secret word",
        "security_group_id": "sg-0b92d7f4a1e63c508",
    },
    "image": "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow-annual:96.2",
    "marketplace": "annual",
    "without_login": True,
}


@dataclass(frozen=True)
class Fact:
    """What the notes say, and how it is shown."""

    said: str
    shown: Callable[["Kpow"], None]


@dataclass(frozen=True)
class Difference:
    """What the notes say that the preset leaves out on purpose."""

    said: str
    reason: str


class Kpow:
    """Deploys kPow as a test asks."""

    def __init__(self, deploy):
        self._deploy = deploy

    def plan(self, **changed):
        given = GIVEN | {
            "vpc_id": "vpc-0d1c7a52e8b94f360",
            "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
        }
        return self._deploy(
            lambda: KpowOnFargate("kpow", KpowOnFargateArgs.from_input("KpowOnFargate 'kpow'", given | changed))
        )

    def pod(self, **changed):
        """The Deployment on Kubernetes."""
        plan = self._deploy(lambda: KpowOnKubernetes("kpow", {**GIVEN, "namespace": "tools", **changed}))
        return plan["kpow-deployment"].inputs["spec"]

    def probes(self):
        """Which path each probe asks on Kubernetes."""
        (container,) = self.pod()["template"]["spec"]["containers"]
        return {role: container[f"{role}Probe"]["httpGet"]["path"] for role in ("liveness", "readiness")}

    def container(self, **changed):
        (found,) = json.loads(self.plan(**changed)["kpow-task"].inputs["containerDefinitions"])
        return found

    def told(self, name, **changed):
        return {each["name"]: each["value"] for each in self.container(**changed)["environment"]}.get(name)

    def asked(self, **changed):
        (group,) = self.plan(load_balancer=DOOR | changed.pop("door", {}), **changed).all(
            "aws:lb/targetGroup:TargetGroup"
        )
        return group.inputs["healthCheck"]

    def refuses(self, **changed):
        with pytest.raises(InvalidInput) as refused:
            self.plan(**changed)
        return str(refused.value)


def it_runs_on_fargate(kpow):
    assert kpow.plan()["kpow-service"].inputs["launchType"] == "FARGATE"


def it_runs_on_kubernetes(kpow):
    security = kpow.pod()["template"]["spec"]["securityContext"]
    assert (security["runAsNonRoot"], security["seccompProfile"]) == (True, {"type": "RuntimeDefault"})


def it_has_the_advised_size(kpow):
    task = kpow.plan()["kpow-task"].inputs
    assert (task["cpu"], task["memory"]) == (str(SIZES[0].cpu), str(SIZES[0].memory_mib)) == ("1024", "2048")


def liveness_asks_healthy(kpow):
    assert kpow.container()["healthCheck"]["command"][-1] == "http://localhost:3000/healthy"
    assert kpow.asked()["path"] == "/healthy"
    assert kpow.probes()["liveness"] == "/healthy"


def only_200_is_well(kpow):
    assert kpow.asked()["matcher"] == "200"


def an_answer_of_503_is_not_well(kpow):
    assert "-fsS" in kpow.container()["healthCheck"]["command"]  # fails from 400 on
    assert "503" not in kpow.asked()["matcher"]


def nobody_logs_in_to_ask(kpow):
    assert kpow.container()["healthCheck"]["command"] == ["CMD", "curl", "-fsS", "http://localhost:3000/healthy"]
    assert kpow.asked(auth_provider="okta", without_login=False)["path"] == "/healthy"


def readiness_asks_up(kpow):
    assert kpow.asked(door={"health_check_path": "/up"}, health_check=ASKS_INSIDE)["path"] == "/up"
    assert kpow.probes()["readiness"] == "/up"


def up_alone_is_not_enough(kpow):
    assert "nothing asks /healthy" in kpow.refuses(load_balancer={**DOOR, "health_check_path": "/up"})


def failed_streams_replace_the_task(kpow):
    check = kpow.container()["healthCheck"]
    assert (check["retries"], check["interval"]) == (3, 15)
    assert kpow.container()["essential"] is True


def the_strategy_is_told(kpow):
    assert kpow.told("STREAMS_ERROR_STRATEGY", streams_error_strategy="LOG_AND_EXIT") == "LOG_AND_EXIT"


def a_strategy_that_there_is_not_is_refused(kpow):
    assert ".streams_error_strategy: Input should be 'LOG_EXCEPTION' or 'LOG_AND_EXIT'" in kpow.refuses(
        streams_error_strategy="LOG"
    )


def logging_is_the_default(kpow):
    assert kpow.told("STREAMS_ERROR_STRATEGY") == "LOG_EXCEPTION"


def logging_alone_is_refused(kpow):
    assert "would stay without a user interface" in kpow.refuses(health_check=ASKS_NOTHING)


def exiting_alone_is_refused(kpow):
    message = kpow.refuses(health_check=ASKS_NOTHING, streams_error_strategy="LOG_AND_EXIT")
    assert "needs a check that restarts kPow" in message


def an_exit_replaces_the_task(kpow):
    plan = kpow.plan(streams_error_strategy="LOG_AND_EXIT")
    assert plan["kpow-service"].inputs["desiredCount"] == 1


def a_second_one_is_refused(kpow):
    assert "a singleton runs one task" in kpow.refuses(desired_count=2)
    with pytest.raises(InvalidInput, match="kPow runs in one pod"):
        kpow.pod(replicas=2)


def two_never_meet_by_design(kpow):
    service = kpow.plan()["kpow-service"].inputs
    assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (0, 100)
    pod = kpow.pod()
    assert (pod["replicas"], pod["strategy"]) == (1, {"type": "Recreate"})


FACTS = [
    Fact("kPow runs on ECS and Fargate", it_runs_on_fargate),
    Fact("kPow runs on Kubernetes and OpenShift", it_runs_on_kubernetes),
    Fact("limits of CPU and memory follow the system requirements", it_has_the_advised_size),
    Fact("a GET of /healthy serves as liveness probe", liveness_asks_healthy),
    Fact("/healthy answers 200 while kPow is well", only_200_is_well),
    Fact("/healthy answers 503 when it is not", an_answer_of_503_is_not_well),
    Fact("/healthy asks nobody to log in", nobody_logs_in_to_ask),
    Fact("/up serves as readiness probe", readiness_asks_up),
    Fact("/up says nothing but that the HTTP server is there", up_alone_is_not_enough),
    Fact("its streams may fail for good when a cluster is away for long", failed_streams_replace_the_task),
    Fact("STREAMS_ERROR_STRATEGY says what happens then", the_strategy_is_told),
    Fact("there are two strategies", a_strategy_that_there_is_not_is_refused),
    Fact("LOG_EXCEPTION is the default", logging_is_the_default),
    Fact("with LOG_EXCEPTION the user interface is away until somebody restarts kPow", logging_alone_is_refused),
    Fact("LOG_AND_EXIT ends the process with status 1", an_exit_replaces_the_task),
    Fact("a liveness probe is better than LOG_AND_EXIT", exiting_alone_is_refused),
    Fact("kPow is made to run once", two_never_meet_by_design),
    Fact("no more than one instance may be asked for", a_second_one_is_refused),
]

DIFFERENCES = [
    Difference("there are templates to begin with", "the component takes their place, and is checked before it deploys"),
    Difference("kPow runs as a JAR on EC2, where LOG_AND_EXIT may be wanted", "ECS replaces a task that a check finds ill"),
    Difference("a highly available kPow was announced", "later notes dropped it; one task is all that is supported"),
    Difference(
        "/healthy and /up are two probes",
        "ECS has one kind of check, which replaces the task; so it asks /healthy, and /up is for a load balancer before "
        "a container that is asked already",
    ),
]  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.said)
def test_the_preset_does_as_the_notes_say(deploy, fact):
    fact.shown(Kpow(deploy))


def test_what_is_left_out_has_a_reason():
    assert all(each.said and each.reason for each in DIFFERENCES)
    assert not {each.said for each in DIFFERENCES} & {each.said for each in FACTS}
