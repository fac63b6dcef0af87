"""Affinity, runtime class, host aliases and DNS settings of pods."""

import pytest

from moorings import InvalidInput, PodDns

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
LINUX = {"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}]}
SAME_NODE = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "cache"}}}


@pytest.fixture
def pod(deploy_workload):
    """Deploy a workload and return the spec of its pods."""

    def render(**changed):
        return deploy_workload(**changed)["orders-deployment"].inputs["spec"]["template"]["spec"]

    return render


def test_none_of_the_fields_is_set_by_default(pod):
    assert not {"affinity", "runtimeClassName", "hostAliases", "dnsPolicy", "dnsConfig"} & pod().keys()


AFFINITY = {
    "nodeAffinity": {
        REQUIRED: {"nodeSelectorTerms": [LINUX]},
        PREFERRED: [{"weight": 100, "preference": LINUX}],
    },
    "podAffinity": {REQUIRED: [SAME_NODE]},
    "podAntiAffinity": {PREFERRED: [{"weight": 1, "podAffinityTerm": {**SAME_NODE, "namespaces": ["shop"]}}]},
}


def test_affinity_has_the_fields_of_the_api(pod):
    assert pod(affinity=AFFINITY)["affinity"] == AFFINITY


def test_late_values_in_an_affinity(pod, late):
    term = {"matchExpressions": [{"key": "pool", "operator": "In", "values": late(["orders"])}]}
    affinity = pod(affinity={"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}})["affinity"]
    (rendered,) = affinity["nodeAffinity"][REQUIRED]["nodeSelectorTerms"]
    assert rendered["matchExpressions"][0]["values"] == ["orders"]


@pytest.mark.parametrize(
    ("affinity", "message"),
    [
        ({"nodeAfinity": {}}, r"affinity\.nodeAfinity: unknown field nodeAfinity; the fields are nodeAffinity, podAff"),
        ({"nodeAffinity": {REQUIRED: [LINUX]}}, r"must be an object, got \["),
        ({"nodeAffinity": {REQUIRED: {}}}, r"nodeSelectorTerms: required; set it"),
        ({"podAffinity": {REQUIRED: SAME_NODE}}, "must be a list, got"),
        ({"podAffinity": {REQUIRED: [{"labelSelector": {}}]}}, r"\[0\]\.topologyKey: required; set it"),
        ({"nodeAffinity": {PREFERRED: [{"weight": 0, "preference": LINUX}]}}, r"weight: must be between 1 and 100"),
        ({"nodeAffinity": {PREFERRED: [{"weight": True, "preference": LINUX}]}}, r"weight: must be a number, got True"),
        ({"podAffinity": {REQUIRED: [{**SAME_NODE, "topologyKey": 1}]}}, r"topologyKey: must be text, got 1"),
    ],
)
def test_fields_that_the_api_does_not_have_are_rejected(deploy_workload, affinity, message):
    with pytest.raises(InvalidInput, match=message):
        deploy_workload(affinity=affinity)


def test_runtime_class_and_host_aliases(pod):
    spec = pod(runtime_class_name="gvisor", host_aliases={"10.0.0.10": ["a.example", "b"], "fd00::1": ["c"]})
    assert spec["runtimeClassName"] == "gvisor"
    assert spec["hostAliases"] == [
        {"ip": "10.0.0.10", "hostnames": ["a.example", "b"]},
        {"ip": "fd00::1", "hostnames": ["c"]},
    ]


def test_further_dns_settings_retain_the_dns_of_the_cluster(pod):
    spec = pod(dns={"searches": ["corp.example"], "options": {"ndots": "2", "use-vc": ""}})
    assert "dnsPolicy" not in spec
    assert spec["dnsConfig"] == {
        "searches": ["corp.example"],
        "options": [{"name": "ndots", "value": "2"}, {"name": "use-vc"}],
    }


def test_other_dns_servers(pod):
    spec = pod(dns={"policy": "None", "nameservers": ["10.0.0.2"]})
    assert spec["dnsPolicy"] == "None"
    assert spec["dnsConfig"] == {"nameservers": ["10.0.0.2"]}


def test_addresses_are_checked(deploy_workload):
    with pytest.raises(InvalidInput, match=r"expected an IPv4 or IPv6 address, such as 10\.0\.0\.10, got 'dns'"):
        PodDns(nameservers=["dns"])
    with pytest.raises(InvalidInput, match=r"expected an IPv4 or IPv6 address"):
        deploy_workload(host_aliases={"10.0.0.300": ["a"]})
    with pytest.raises(InvalidInput, match="nameservers"):
        PodDns(nameservers=["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"])
