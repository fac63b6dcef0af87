"""Recipes of the guide: each changes what it says, and nothing else."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "programs"))

from override_recipes import RECIPES, recipe

MANAGED = "app.kubernetes.io/managed-by"


def pod(plan):
    return plan["orders-deployment"].inputs["spec"]["template"]["spec"]


def main(plan):
    (container,) = pod(plan)["containers"]
    return container


def containers(plan):
    return {each["name"]: each for each in json.loads(plan["billing-task"].inputs["containerDefinitions"])}


def is_gpu(plan):
    assert main(plan)["resources"]["limits"] == {"ephemeral-storage": "1Gi", "memory": "1Gi", "nvidia.com/gpu": "1"}
    assert main(plan)["image"].startswith("registry.example/orders@")
    assert (pod(plan)["runtimeClassName"], pod(plan)["tolerations"][0]["operator"]) == ("nvidia", "Exists")


def has_affinity(plan):
    (term,) = pod(plan)["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    assert term["matchExpressions"][0]["values"] == ["t3.large"]
    assert pod(plan)["topologySpreadConstraints"]


def has_host_aliases(plan):
    assert pod(plan)["hostAliases"] == [{"ip": "10.20.0.10", "hostnames": ["mainframe.example.com"]}]


def has_dns_options(plan):
    assert pod(plan)["dnsConfig"] == {"options": [{"name": "ndots", "value": "1"}]}


def reads_both_config_maps(plan):
    first, second = main(plan)["envFrom"]
    assert first == {"configMapRef": {"name": "shared-settings"}}
    assert second["configMapRef"]["name"] == plan["orders-config"].id.rpartition("/")[2]


def adds_a_capability(plan):
    assert main(plan)["securityContext"]["capabilities"] == {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}


def mounts_the_csi_volume(plan):
    assert {"name": "vault", "mountPath": "/vault", "readOnly": True} in main(plan)["volumeMounts"]
    assert [each["csi"]["driver"] for each in pod(plan)["volumes"] if each["name"] == "vault"] == [
        "secrets-store.csi.k8s.io"
    ]


def mounts_the_token(plan):
    (volume,) = (each for each in pod(plan)["volumes"] if each["name"] == "tokens")
    (source,) = volume["projected"]["sources"]
    assert source["serviceAccountToken"]["audience"] == "vault"
    assert {"name": "tokens", "mountPath": "/var/run/tokens"} in main(plan)["volumeMounts"]


def never_pulls(plan):
    assert main(plan)["imagePullPolicy"] == "Never"


def has_labels(plan):
    deployment = plan["orders-deployment"].inputs
    for metadata in (deployment["metadata"], deployment["spec"]["template"]["metadata"]):
        assert metadata["labels"]["example.com/data-class"] == "internal"
        assert MANAGED in metadata["labels"]
    assert "example.com/data-class" not in deployment["spec"]["selector"]["matchLabels"]


def is_dual_stack(plan):
    spec = plan["orders-service"].inputs["spec"]
    assert (spec["ipFamilyPolicy"], spec["ports"][0]["port"]) == ("PreferDualStack", 8080)


def evicts_healthy_pods_only(plan):
    spec = plan["orders-disruption-budget"].inputs["spec"]
    assert spec["unhealthyPodEvictionPolicy"] == "IfHealthyBudget"
    assert spec["selector"]


def has_a_default_backend(plan):
    spec = plan["orders-ingress"].inputs["spec"]
    assert spec["defaultBackend"]["service"]["name"] == "maintenance"
    assert spec["rules"][0]["host"] == "orders.example.com"


def has_ulimits(plan):
    container = containers(plan)["billing"]
    assert container["ulimits"] == [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}]
    assert container["portMappings"][0]["containerPort"] == 8080


def has_a_boundary(plan):
    for role in ("task-role", "execution-role"):
        assert plan[f"billing-{role}"].inputs["permissionsBoundary"].endswith(":policy/developers")


def routes_its_logs(plan):
    main_container, router = containers(plan)["billing"], containers(plan)["log-router"]
    assert main_container["logConfiguration"]["logDriver"] == "awsfirelens"
    assert "awslogs-group" not in main_container["logConfiguration"]["options"]
    assert main_container["dependsOn"] == [{"containerName": "log-router", "condition": "START"}]
    assert router["firelensConfiguration"]["type"] == "fluentbit"


def is_registered(plan):
    assert plan["billing-service"].inputs["serviceRegistries"]["registryArn"].startswith("arn:aws:servicediscovery:")
    assert plan["billing-service"].inputs["desiredCount"] == 1


def has_attributes(plan):
    inputs = plan["billing-alb"].inputs
    assert (inputs["clientKeepAlive"], inputs["preserveHostHeader"], inputs["dropInvalidHeaderFields"]) == (
        600,
        True,
        True,
    )


def starts_slowly(plan):
    assert plan["billing-tg"].inputs["slowStart"] == 60


def describes_the_configuration(plan):
    inputs = plan["kafka-configuration"].inputs
    assert inputs["description"] == "Orders and billing"
    assert "min.insync.replicas" in inputs["serverProperties"]


def rotates_more_often(plan):
    assert plan["kafka-data-key"].inputs["rotationPeriodInDays"] == 180
    assert plan["kafka-secrets-key"].inputs.get("rotationPeriodInDays") != 180


def has_tags(plan):
    assert plan["kafka-orders-secret"].inputs["tags"]["owner"] == "orders"


EFFECTS = {
    "GPU": is_gpu,
    "Affinity": has_affinity,
    "Host aliases": has_host_aliases,
    "DNS configuration": has_dns_options,
    "Environment from an existing ConfigMap": reads_both_config_maps,
    "Capabilities": adds_a_capability,
    "CSI volume": mounts_the_csi_volume,
    "Projected volume": mounts_the_token,
    "Image pull policy": never_pulls,
    "Labels required by a policy": has_labels,
    "Dual-stack Service": is_dual_stack,
    "Disruption budget": evicts_healthy_pods_only,
    "Default backend of an Ingress": has_a_default_backend,
    "Ulimits": has_ulimits,
    "Permissions boundary": has_a_boundary,
    "FireLens": routes_its_logs,
    "Cloud Map": is_registered,
    "Attributes of the load balancer": has_attributes,
    "Slow start of the target group": starts_slowly,
    "Description of the configuration": describes_the_configuration,
    "Rotation period of a key": rotates_more_often,
    "Secret of one user": has_tags,
}


def test_every_recipe_has_a_test():
    assert RECIPES.keys() == EFFECTS.keys()


@pytest.mark.parametrize("heading", EFFECTS)
def test_the_recipe_changes_the_child(deploy, heading):
    EFFECTS[heading](deploy(recipe(heading)))
