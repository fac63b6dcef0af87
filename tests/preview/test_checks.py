"""Rules of changes on the steps of a plan, and their acknowledgements."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from moorings.kubernetes.change_checks import CHANGE_RULES
from moorings.preview import checks
from moorings.preview.checks import GROUP, check_changes, installed_change_rules
from moorings.preview.compare import compare
from moorings.preview.plan import Plan
from moorings.preview.plan_json import plan_from_json
from moorings.validation.data_loss_rules import DATA_LOSS_RULES

BASE = "urn:pulumi:production::shop::"
CLUSTER, COMPONENT, KEY = "aws:msk/cluster:Cluster", "moorings:index:MskCluster", "aws:kms/key:Key"
PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
MSK = EntryPoint("msk", PROJECT["entry-points"][GROUP]["msk"], GROUP)
WORKLOAD = "moorings:index:KubernetesWorkload"
WORKLOAD_RULES = {rule.id: rule for rule in CHANGE_RULES}
REASON = "the partitions were moved away"


def urn(type_, name):
    return f"{BASE}{type_}::{name}"


OWNER = urn(COMPONENT, "kafka")


def state(type_=CLUSTER, name="kafka-cluster", inputs=None, **more):
    return {"urn": urn(type_, name), "type": type_, "custom": True, "inputs": inputs or {}, **more}


def step(op, old=None, new=None, **more):
    states = {"oldState": old, "newState": new}
    return {"op": op, "urn": (new or old)["urn"], **{key: value for key, value in states.items() if value}, **more}


def fewer_brokers(**more):
    old, new = (state(inputs={"numberOfBrokerNodes": brokers}, **more) for brokers in (6, 3))
    return step("update", old, new, diffReasons=["numberOfBrokerNodes"])


def component(acknowledge, op="same", parent="", name="kafka"):
    inputs = {"acknowledge": acknowledge} if acknowledge is not None else {}
    owner = state(COMPONENT, name, inputs, custom=False, parent=parent)
    return step(op, owner) if op == "delete" else step(op, owner, owner)


def check(*steps, acknowledge=None, **document):
    """Return the checked plan of some steps."""
    return check_changes(
        plan_from_json({"steps": list(steps), **document}), installed_change_rules(), acknowledge or {}
    )


def found(*steps, **options):
    """Return the rule and the reason of each finding."""
    return [(finding.finding.rule, finding.reason) for finding in check(*steps, **options).findings]


@pytest.fixture(autouse=True)
def install(monkeypatch):
    """Returns a function that installs entry points. By default, those of the package itself."""

    def replace(*installed):
        monkeypatch.setattr(checks, "entry_points", lambda group: installed if group == GROUP else ())

    replace(MSK)
    return replace


def test_rules_of_all_packages_are_installed(install):
    first, second = DATA_LOSS_RULES[0], installed_change_rules()["msk-fewer-brokers"]
    install(
        SimpleNamespace(name="z", load=lambda: SimpleNamespace(CHANGE_RULES=[second])),
        SimpleNamespace(name="a", load=lambda: SimpleNamespace(CHANGE_RULES=[first])),
    )
    assert list(installed_change_rules()) == [*(rule.id for rule in DATA_LOSS_RULES), "msk-fewer-brokers"]


def test_a_finding_names_the_resource(install):
    (finding,) = check(fewer_brokers()).findings
    assert finding.rejected
    assert str(finding.finding).startswith("msk.Cluster 'kafka-cluster': brokers_per_zone: 3 brokers instead of 6; ")


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        (step("delete", state()), ["msk-cluster-deleted"]),
        (step("replace", state(), state()), ["msk-cluster-replaced"]),
        (step("delete-replaced", state()), ["msk-cluster-replaced"]),
        (step("delete", state(retainOnDelete=True)), []),
        (step("replace", state(retainOnDelete=True), state()), ["data-retain-on-delete-removed"]),
        (step("delete", state(external=True)), []),
        (step("create", None, state()), []),
        (step("same", state(), state()), []),
        (step("import", None, state(inputs={"brokerNodeGroupInfo": {}})), []),
        (step("same", state(protect=True), state()), ["data-protect-removed"]),
        (step("read", None, state()), []),
        (step("delete", state(COMPONENT, "kafka", custom=False)), []),
    ],
)
def test_operations_are_judged(changed, rules):
    assert [rule for rule, _ in found(changed)] == rules


@pytest.mark.parametrize(
    ("reasons", "text"),
    [
        ({"replaceReasons": ["storageMode", "clusterName"]}, "a change of clusterName and storageMode replaces"),
        ({"diffReasons": ["clusterName"]}, "a change of clusterName replaces"),
        ({}, "a change of an unknown property replaces"),
    ],
)
def test_message_about_a_replacement_names_its_cause(reasons, text):
    (finding,) = check(step("replace", state(), state(), **reasons)).findings
    assert finding.finding.message.startswith(text)


def test_steps_of_a_replacement_are_one_finding():
    steps = [step(op, state(), state()) for op in ("create-replacement", "replace", "delete-replaced")]
    assert found(*steps) == [("msk-cluster-replaced", None)]


# Acknowledgements


def test_changes_are_acknowledged_on_the_command_line():
    acknowledge = {"msk-fewer-brokers": REASON}
    (finding,) = check(fewer_brokers(), acknowledge=acknowledge).findings
    assert (finding.reason, finding.rejected) == (REASON, False)
    assert finding.finding.message == "3 brokers instead of 6"


def test_changes_are_acknowledged_by_a_component_above_the_resource():
    owner = component({"msk-fewer-brokers": REASON})
    inner = component(None, parent=OWNER, name="inner")
    assert found(owner, fewer_brokers(parent=OWNER)) == [("msk-fewer-brokers", REASON)]
    nested = fewer_brokers(parent=urn(COMPONENT, "inner"))
    assert found(owner, inner, nested) == [("msk-fewer-brokers", REASON)]


@pytest.mark.parametrize(
    "owner",
    [
        component({"msk-fewer-brokers": REASON}, op="delete"),
        component("[secret]"),
        component({"msk-fewer-brokers": " "}),
    ],
)
def test_deleted_components_and_unreadable_values_acknowledge_nothing(owner):
    assert found(owner, fewer_brokers(parent=OWNER)) == [("msk-fewer-brokers", None)]


def test_other_components_do_not_acknowledge_a_change():
    owner = component({"msk-fewer-brokers": REASON}, name="other")
    assert found(owner, fewer_brokers(parent=OWNER)) == [("msk-fewer-brokers", None), ("acknowledge-unused", None)]


def test_changes_of_a_component_are_acknowledged_by_itself():
    workload = {"namespace": "shop", "kind": "Deployment", "hasService": True}
    old, new = (
        {**state(WORKLOAD, "orders", {**workload, **changed}), "custom": False}
        for changed in ({}, {"namespace": "billing", "acknowledge": {"k8s-workload-replaced": REASON}})
    )
    plan = check_changes(plan_from_json({"steps": [step("update", old, new)]}), WORKLOAD_RULES, {})
    assert [(each.finding.rule, each.reason) for each in plan.findings] == [("k8s-workload-replaced", REASON)]


def test_errors_are_not_acknowledged():
    old, new = (state(inputs={"kafkaVersion": version}) for version in ("4.1.x.kraft", "3.9.x.kraft"))
    (finding, _) = check(step("update", old, new), acknowledge={"msk-kafka-downgrade": REASON}).findings
    assert finding.rejected


def test_unused_acknowledgements_cause_a_warning():
    owner = component({"msk-fewer-brokers": REASON, "msk-single-replica": "not about changes"})
    acknowledge = {"aws-kms-key-deleted": "unused too"}
    findings = check(owner, acknowledge=acknowledge).findings
    assert [str(finding.finding).partition("; ")[0] for finding in findings] == [
        "report: acknowledge['aws-kms-key-deleted']: no change in this preview violates the rule",
        "MskCluster 'kafka': acknowledge['msk-fewer-brokers']: no change in this preview violates the rule",
    ]
    assert not any(finding.rejected for finding in findings)


def test_a_plan_without_an_engine_has_no_unused_acknowledgements():
    assert found(component({"msk-fewer-brokers": REASON}), offline=True) == []


def test_an_unused_acknowledgement_of_the_command_is_reported_without_an_engine_as_well():
    acknowledge = {"aws-kms-key-deleted": "unused"}
    assert found(component({}), acknowledge=acknowledge, offline=True) == [("acknowledge-unused", None)]


def test_every_acknowledgement_of_a_finding_is_used():
    owner = component({"msk-fewer-brokers": "in the program"})
    acknowledge = {"msk-fewer-brokers": REASON}
    assert found(owner, fewer_brokers(parent=OWNER), acknowledge=acknowledge) == [("msk-fewer-brokers", REASON)]


def test_a_resource_that_is_its_own_parent_is_checked():
    assert found(fewer_brokers(parent=urn(CLUSTER, "kafka-cluster"))) == [("msk-fewer-brokers", None)]


def test_the_differences_between_two_plans_can_be_checked():
    before = plan_from_json({"steps": [step("create", None, state())], "offline": True})
    (finding,) = check_changes(compare(before, Plan("production", [])), installed_change_rules(), {}).findings
    assert finding.finding.rule == "msk-cluster-deleted"


def test_findings_that_hooks_have_logged_are_listed_once():
    logged = "warning: program.py:3: MskCluster 'kafka': MSK changes a and b in sequence; c [msk-several-operations]\n"
    messages = [{"severity": "warning", "message": text} for text in (logged, "another warning")]
    assert [message for _, message, _ in check(diagnostics=messages).log] == ["another warning"]
