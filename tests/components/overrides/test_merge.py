"""Patches are merged as Kubernetes does it, and into JSON text."""

import json

import pulumi
import pytest

from moorings.overrides.merge import items_without_key, merge
from moorings.preview.secret_masking import RevealedSecret


@pytest.mark.parametrize(
    ("value", "patch", "merged"),
    [
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 4, "e": 5}}, {"a": 1, "b": {"c": 2, "d": 4, "e": 5}}),
        ({"a": 1, "b": 2}, {"b": None, "missing": None}, {"a": 1}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": None}}, {"a": {}}),
        ({}, {"a": {"b": {"c": 1, "d": None}}}, {"a": {"b": {"c": 1}}}),
        ({"a": {"b": 1}}, {"a": {"$patch": "replace", "c": 2}}, {"a": {"c": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": [1, 2]}, {"a": lambda items: [*items, 3]}, {"a": [1, 2, 3]}),
        ({"a": "text"}, {"a": "other"}, {"a": "other"}),
        ({"a": "no JSON"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_mappings_are_merged_and_lists_replaced(value, patch, merged):
    assert merge(value, patch) == merged


@pytest.mark.parametrize(
    ("name", "items", "patch", "merged"),
    [
        (
            "containers",
            [{"name": "app", "image": "a"}, {"name": "proxy", "image": "p"}],
            [{"name": "proxy", "image": "q"}, {"name": "new", "image": "n"}],
            [{"name": "app", "image": "a"}, {"name": "proxy", "image": "q"}, {"name": "new", "image": "n"}],
        ),
        ("env", [{"name": "A"}, {"name": "B"}], [{"name": "A", "$patch": "delete"}], [{"name": "B"}]),
        ("env", [{"name": "B"}], [{"name": "A", "$patch": "delete"}], [{"name": "B"}]),
        ("volumeMounts", [{"mountPath": "/a", "name": "a"}], [{"mountPath": "/a", "readOnly": True}],
         [{"mountPath": "/a", "name": "a", "readOnly": True}]),
        ("ports", [{"port": 80, "name": "http"}], [{"port": 80, "appProtocol": "h2c"}],
         [{"port": 80, "name": "http", "appProtocol": "h2c"}]),
        ("ports", [{"containerPort": 80}], [{"containerPort": 90}], [{"containerPort": 80}, {"containerPort": 90}]),
        ("ports", [{"port": 80}], [{"protocol": "UDP"}], [{"protocol": "UDP"}]),
        ("topologySpreadConstraints",
         [{"topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "maxSkew": 1}],
         [{"topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "maxSkew": 2},
          {"topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 1}],
         [{"topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "maxSkew": 2},
          {"topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 1}]),
        ("tolerations", [{"key": "a"}], [{"key": "b"}], [{"key": "b"}]),
        ("hostAliases", None, [{"ip": "10.0.0.1"}], [{"ip": "10.0.0.1"}]),
        ("secrets", ["no mapping"], [{"name": "a"}], ["no mapping", {"name": "a"}]),
    ],
)  # fmt: skip
def test_items_of_known_lists_are_merged_by_their_key(name, items, patch, merged):
    assert merge({name: items}, {name: patch}) == {name: merged}


def test_the_inputs_are_not_changed():
    value, patch = {"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A", "value": "2"}]}
    merge(value, patch)
    assert (value, patch) == ({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A", "value": "2"}]})


def test_containers_in_json_are_merged_by_name_and_written_as_ecs_stores_them():
    text = json.dumps([{"name": "orders", "image": "a", "environment": [{"name": "B", "value": "1"}]}])
    patch = [
        {"name": "orders", "environment": [{"name": "A", "value": "2"}]},
        {"name": "agent", "image": "b", "portMappings": [{"containerPort": 2}, {"containerPort": 1}]},
    ]
    merged = merge({"containerDefinitions": text}, {"containerDefinitions": patch})["containerDefinitions"]
    agent, orders = json.loads(merged)
    assert (agent["name"], orders["name"]) == ("agent", "orders")
    assert orders["environment"] == [{"name": "A", "value": "2"}, {"name": "B", "value": "1"}]
    assert [port["containerPort"] for port in agent["portMappings"]] == [1, 2]
    assert (agent["essential"], agent["cpu"], agent["mountPoints"]) == (True, 0, [])
    assert merged == json.dumps([agent, orders], sort_keys=True, separators=(",", ":"))


def test_other_json_is_merged_as_well():
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    merged = merge({"policy": policy}, {"policy": {"Statement": lambda items: [*items, {"Sid": "A"}]}})
    assert json.loads(merged["policy"]) == {"Version": "2012-10-17", "Statement": [{"Sid": "A"}]}


def test_late_values_and_late_patches_are_merged_when_they_are_known(deploy):
    def program():
        late, secret = pulumi.Output.from_input, pulumi.Output.secret
        pulumi.export("value", merge({"a": late({"b": 1, "c": 2})}, {"a": {"b": 3}})["a"])
        pulumi.export("function", merge({"a": late([1])}, {"a": lambda items: [*items, 2]})["a"])
        pulumi.export("patch", merge({"a": {"b": 1, "c": 2}}, {"a": {"b": late(3)}})["a"])
        pulumi.export("secret", merge({"a": secret("[]")}, {"a": [1]})["a"])
        definitions = [{"name": "x", "environment": [{"name": "A", "value": secret("s")}]}]
        pulumi.export("json", merge({"j": '[{"name":"x"}]'}, {"j": definitions})["j"])

    outputs = deploy(program).outputs
    assert (outputs["value"], outputs["function"], outputs["patch"]) == ({"b": 3, "c": 2}, [1, 2], {"b": 3, "c": 2})
    assert outputs["secret"] == RevealedSecret("[1]")
    assert outputs["json"] == RevealedSecret('[{"environment":[{"name":"A","value":"s"}],"name":"x"}]')


@pytest.mark.parametrize(
    ("patch", "found"),
    [
        ({"containers": [{"name": "a"}, {"image": "b"}]}, [(("containers", 1), "name")]),
        ({"containers": [{"name": "a", "volumeMounts": [{"name": "b"}]}]},
         [(("containers", 0, "volumeMounts", 0), "mountPath")]),
        ({"tolerations": [{"operator": "Exists"}]}, []),
        ({"ports": [{"protocol": "UDP"}]}, []),
        ({"secrets": ["arn"]}, []),
        ([{"name": "a"}], []),
    ],
)  # fmt: skip
def test_items_without_a_key_are_found(patch, found):
    assert list(items_without_key(patch)) == found
