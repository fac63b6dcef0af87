"""The hook of a workload, which rejects changes that interrupt it."""

import pulumi
import pytest

from moorings import KubernetesWorkload

TYPE = "moorings:index:KubernetesWorkload"


class Parent(pulumi.ComponentResource):
    """A component that creates a workload of the same name as others."""

    def __init__(self, type_, args):
        super().__init__(f"tests:index:{type_}", type_)
        KubernetesWorkload("orders", args, pulumi.ResourceOptions(parent=self))


@pytest.fixture
def created_hooks(monkeypatch):
    """Hooks of the program by name."""
    created = {}

    class RecordedHook(pulumi.ResourceHook):
        def __init__(self, name, callback, opts=None):
            super().__init__(name, callback, opts)
            created[name] = self

    monkeypatch.setattr(pulumi, "ResourceHook", RecordedHook)
    return created


@pytest.fixture
def update(deploy_workload, created_hooks):
    """Returns a function that runs the hook for an update of a workload from some arguments to others."""

    def run(before, after, **args):
        old, new = (deploy_workload(**args, **changed)["orders"].inputs for changed in (before, after))
        hook = created_hooks["orders-workload-guard-update"]
        hook.callback(pulumi.ResourceHookArgs("urn", "id", "orders", TYPE, new_inputs=new, old_inputs=old))

    return run


def test_the_hook_runs_in_previews_and_stops_on_errors(deploy_workload, created_hooks):
    deploy_workload()
    (hook,) = created_hooks.values()
    assert hook.opts.on_dry_run
    assert not hook.opts.ignore_errors


def test_workloads_of_one_name_have_separate_hooks(deploy, workload, created_hooks):
    def program():
        for type_, namespace in (("Shop", "shop"), ("Billing", "billing")):
            Parent(type_, workload(namespace=namespace))

    deploy(program)
    assert sorted(created_hooks) == ["orders-workload-guard-2-update", "orders-workload-guard-update"]


def test_a_replacement_is_rejected(update, rejected):
    with rejected("k8s-workload-replaced", "namespace"):
        update({}, {"namespace": "billing"})


def test_an_acknowledged_replacement_is_allowed(update):
    update({}, {"namespace": "billing", "acknowledge": {"k8s-workload-replaced": "downtime is announced"}})


def test_rolling_updates_are_allowed(update):
    update({}, {"app": "shop", "component": "api", "version": "2", "availability": {"replicas": 4}})


def test_without_a_program_names_are_not_compared(deploy_workload, created_hooks, monkeypatch):
    monkeypatch.setattr("moorings.validation.change_hooks.get_root_resource", lambda: None)
    deploy_workload()
    assert list(created_hooks) == ["orders-workload-guard-update"]
