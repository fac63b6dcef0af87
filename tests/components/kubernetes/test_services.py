"""Services of a workload: types, names, further Services, UDP ports and the selector."""

import pulumi
import pytest

from moorings import InvalidInput, KubernetesWorkload
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs

UDP = {"udp_ports": {"dns": 5353}}


@pytest.fixture
def services(deploy_workload):
    """Deploy a workload, and return the inputs of its Services by their logical names."""

    def deploy(**changed):
        return {
            resource.name: resource.inputs
            for resource in deploy_workload(**changed).resources
            if resource.type == "kubernetes:core/v1:Service"
        }

    return deploy


def test_a_node_port_service(services):
    spec = services(service={"type": "NodePort", "node_ports": {"http": 30080}})["orders-service"]["spec"]
    assert spec["type"] == "NodePort"
    assert spec["ports"] == [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP", "nodePort": 30080}]


def test_a_load_balancer_service(services):
    settings = {
        "type": "LoadBalancer",
        "load_balancer_class": "service.k8s.aws/nlb",
        "load_balancer_source_ranges": ["10.0.0.0/8"],
        "external_traffic_policy": "Local",
    }
    spec = services(service=settings)["orders-service"]["spec"]
    assert spec["loadBalancerClass"] == "service.k8s.aws/nlb"
    assert spec["loadBalancerSourceRanges"] == ["10.0.0.0/8"]
    assert spec["externalTrafficPolicy"] == "Local"


def test_pods_behind_a_network_load_balancer_stop_when_it_no_longer_sends_requests(deploy_workload):
    service = {"type": "LoadBalancer", "load_balancer_class": "service.k8s.aws/nlb"}
    spec = deploy_workload(service=service)["orders-deployment"].inputs["spec"]["template"]["spec"]
    assert spec["containers"][0]["lifecycle"] == {"preStop": {"sleep": {"seconds": 30}}}


def test_a_headless_service_with_a_name(services):
    service = services(service={"headless": True, "name": "orders", "publish_not_ready_addresses": True})
    assert service["orders-service"]["metadata"]["name"] == "orders"
    assert service["orders-service"]["spec"]["clusterIP"] == "None"
    assert service["orders-service"]["spec"]["publishNotReadyAddresses"] is True


def test_the_name_of_the_service_differs_from_that_of_the_workload(deploy_workload):
    program = deploy_workload(object_name="orders-v2", service={"name": "orders"})
    assert program["orders-deployment"].inputs["metadata"]["name"] == "orders-v2"
    assert program["orders-service"].inputs["metadata"]["name"] == "orders"


def test_further_services_have_the_ports_of_the_main_container(services):
    created = services(
        services={
            "public": {"type": "NodePort", "session_affinity_timeout_seconds": 60, "annotations": {"a.example/b": "c"}},
            "admin": {"ports": {"http": 81}, "name": "orders-admin"},
        }
    )
    assert set(created) == {"orders-service", "orders-public-service", "orders-admin-service"}
    public, admin = created["orders-public-service"], created["orders-admin-service"]
    assert public["spec"]["ports"][0]["port"] == 8080
    assert public["spec"]["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 60}}
    assert public["metadata"]["annotations"] == {"a.example/b": "c"}
    assert admin["spec"]["ports"][0]["port"] == 81
    assert admin["metadata"]["name"] == "orders-admin"


def test_the_workload_waits_for_all_services(deploy_workload):
    program = deploy_workload(services={"public": {}})
    dependencies = program["orders-deployment"].dependencies
    assert {urn.rpartition("::")[2] for urn in dependencies} >= {"orders-service", "orders-public-service"}


def test_prometheus_scrapes_the_main_service_only(deploy_workload):
    program = deploy_workload(services={"public": {}}, monitoring={})
    (expression,) = program["orders-monitor"].inputs["spec"]["selector"]["matchExpressions"]
    assert expression == {"key": "additional-service", "operator": "DoesNotExist"}
    assert program["orders-public-service"].inputs["metadata"]["labels"]["additional-service"] == "public"
    assert "additional-service" not in program["orders-service"].inputs["metadata"]["labels"]


def test_pods_with_further_services_only_serve_requests_while_they_terminate(deploy_workload):
    program = deploy_workload(service_ports={}, services={"public": {}})
    (main,) = program["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    assert main["lifecycle"] == {"preStop": {"sleep": {"seconds": 10}}}


def test_backends_of_further_services(deploy, workload):
    def program():
        args = workload(services={"public": {"ports": {"http": 80}, "annotations": {"a.example/b": "c"}}})
        created = KubernetesWorkload("orders", KubernetesWorkloadArgs(**args))
        backend = created.service_backend("public")
        assert backend.ports == {"http": 80}
        assert backend.service_annotations == {"a.example/b": "c"}
        names = [backend.service_name, created.service_names["public"]]
        pulumi.export("same", pulumi.Output.all(*names).apply(lambda names: names[0] == names[1]))
        with pytest.raises(InvalidInput, match=r"'other' is not one of the services \(public\)"):
            created.service_backend("other")

    assert deploy(program).outputs["same"] is True


def test_udp_ports(deploy_workload):
    program = deploy_workload(kind="StatefulSet", container=UDP)
    spec = program["orders-statefulset"].inputs["spec"]["template"]["spec"]
    assert spec["containers"][0]["ports"][1] == {"name": "dns", "containerPort": 5353, "protocol": "UDP"}
    port = {"name": "dns", "port": 5353, "targetPort": "dns", "protocol": "UDP"}
    assert program["orders-service"].inputs["spec"]["ports"][1] == port
    assert program["orders-headless"].inputs["spec"]["ports"][1] == port
    (rule,) = program["orders-network-policy"].inputs["spec"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}, {"protocol": "UDP", "port": 5353}]


def test_an_ingress_does_not_route_to_udp_ports(deploy, workload):
    def program():
        args = workload(container={**UDP, "ports": {"web": 8080, "http": None}}, service_ports={"dns": 53, "web": 80})
        args["container"]["probes"] = {
            "readiness": {"http_get": "/ready", "port": "web"},
            "liveness": {"http_get": "/live", "port": "web"},
        }
        created = KubernetesWorkload("orders", KubernetesWorkloadArgs(**args))
        assert created.backend.ports == {"web": 80}
        assert created.service_port == 80

    deploy(program)


def test_the_governing_service_has_the_given_name(deploy_workload):
    program = deploy_workload(kind="StatefulSet", governing_service_name="members")
    assert program["orders-headless"].inputs["metadata"]["name"] == "members"
    assert program["orders-statefulset"].inputs["spec"]["serviceName"] == "members"


@pytest.mark.parametrize(
    "changed",
    [
        {"service": {"headless": True, "name": "members"}},
        {"services": {"members": {"headless": True, "name": "members"}}},
    ],
)
def test_the_governing_service_is_one_of_the_services(deploy_workload, services, changed):
    program = deploy_workload(kind="StatefulSet", governing_service_name="members", **changed)
    assert program["orders-statefulset"].inputs["spec"]["serviceName"] == "members"
    assert "orders-headless" not in services(kind="StatefulSet", governing_service_name="members", **changed)


def test_the_selector_of_an_existing_workload(deploy_workload):
    program = deploy_workload(
        kind="StatefulSet",
        selector={"app": "web", "app.kubernetes.io/name": "web"},
        monitoring={},
        availability={"replicas": 3},
    )
    selector = {"app": "web", "app.kubernetes.io/name": "web"}
    spec = program["orders-statefulset"].inputs["spec"]
    assert spec["selector"] == {"matchLabels": selector}
    assert program["orders-disruption-budget"].inputs["spec"]["selector"] == {"matchLabels": selector}
    for labels in (spec["template"]["metadata"]["labels"], program["orders-service"].inputs["metadata"]["labels"]):
        assert labels.items() >= {**selector, "app.kubernetes.io/instance": "orders"}.items()
    for constraint in spec["template"]["spec"]["topologySpreadConstraints"]:
        assert constraint["labelSelector"] == {"matchLabels": selector}
    for service in ("orders-service", "orders-headless"):
        assert program[service].inputs["spec"]["selector"] == selector
    assert program["orders-network-policy"].inputs["spec"]["podSelector"] == {"matchLabels": selector}


def test_all_objects_have_the_labels_that_a_policy_requires(deploy_workload):
    program = deploy_workload(labels={"cost-center": "42"}, services={"public": {}}, monitoring={})
    objects = [resource.inputs for resource in program.resources if resource.type.startswith("kubernetes:")]
    assert len(objects) == 7
    for object_ in objects:
        assert object_["metadata"]["labels"]["cost-center"] == "42", object_["kind"]
    pods = program["orders-deployment"].inputs["spec"]["template"]
    assert pods["metadata"]["labels"]["cost-center"] == "42"


NODE_PORT = {"type": "NodePort", "node_ports": {"http": 30080}}


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        ({"service": {"external_traffic_policy": "Local"}}, [("k8s-service-type", "service.external_traffic_policy")]),
        (
            {"service": {"type": "NodePort", "load_balancer_class": "a.example/b"}},
            [("k8s-service-type", "service.load_balancer_class")],
        ),
        (
            {"service": {"load_balancer_source_ranges": ["10.0.0.0/8"]}},
            [("k8s-service-type", "service.load_balancer_source_ranges")],
        ),
        (
            {"service": NODE_PORT, "services": {"b": NODE_PORT}},
            [("k8s-node-port", "services.b.node_ports.http")],
        ),
        ({"services": {"b": {"ports": {"grpc": 1}}}}, [("k8s-service-port", "services.b.ports.grpc")]),
        ({"services": {"b": {"ports": {}}}}, [("k8s-service-port", "services.b.ports")]),
        ({"services": {"b": {"ports": {}, "headless": True}}}, []),
        (
            {"services": {"b": {"headless": True, "session_affinity_timeout_seconds": 60}}},
            [("k8s-session-affinity-bypassed", "services.b.session_affinity_timeout_seconds")],
        ),
        (
            {"service": {"headless": True}, "session_affinity_timeout_seconds": 60},
            [("k8s-session-affinity-bypassed", "session_affinity_timeout_seconds")],
        ),
        ({"selector": {}}, [("k8s-selector", "selector")]),
        (
            {"service_ports": {}, "service": {"type": "NodePort"}},
            [("k8s-argument-without-effect", "service")],
        ),
        ({"governing_service_name": "members"}, [("k8s-argument-without-effect", "governing_service_name")]),
        (
            {"kind": "StatefulSet", "governing_service_name": "other", "service": {"name": "orders"}},
            [],
        ),
        ({"container": {"udp_ports": {"http": 53}}}, [("k8s-port-conflict", "container.udp_ports.http")]),
        ({"container": {"udp_ports": {"dns": 8080}}}, []),
        (
            {"container": {**UDP, "probes": {"readiness": {"http_get": "/", "port": "dns"}}}},
            [("k8s-probe-port", "container.probes.readiness.port")],
        ),
        ({"service": {"type": "LoadBalancer"}}, [("k8s-load-balancer-open", "service.load_balancer_source_ranges")]),
        (
            {
                "service": {"type": "LoadBalancer"},
                "service_annotations": {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"},
            },
            [],
        ),
        (
            {
                "service": {"type": "LoadBalancer"},
                "service_annotations": {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"},
            },
            [],
        ),
    ],
)
def test_findings(findings_of, changed, findings):
    assert findings_of(**changed) == findings


def test_a_udp_port_of_an_init_container(findings_of):
    image = "registry.example/orders@sha256:" + "0" * 64
    init_container = {"image": image, "cpu_request": "10m", "memory_request": "16Mi", **UDP}
    assert findings_of(init_containers={"migrate": init_container}) == [
        ("k8s-argument-without-effect", "init_containers.migrate.udp_ports")
    ]


def test_names_that_pulumi_generates_fit_into_a_label(deploy_workload, rejected):
    assert deploy_workload(name="a" * 39, services={"public": {}})
    with rejected("k8s-name-length"):
        deploy_workload(name="a" * 46, services={"public": {}})
    assert deploy_workload(name="a" * 46, services={"public": {"name": "public"}})


def test_workloads_with_the_same_selector_conflict(deploy, workload):
    def program():
        for name in ("a", "b"):
            KubernetesWorkload(name, KubernetesWorkloadArgs(**workload(selector={"app": "web", "tier": "x"})))

    with pytest.raises(InvalidInput, match="k8s-overlapping-selectors"):
        deploy(program)


def test_the_main_container_of_an_existing_workload(deploy_workload, rejected):
    container = {"config_files": {"/etc/orders/a": "x"}}
    program = deploy_workload(container_name="main", container=container, autoscaling={"max_replicas": 9})
    (main,) = program["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    assert main["name"] == "main"
    with rejected("k8s-duplicate-container", "sidecars.main"):
        sidecar = {"image": "registry.example/a@sha256:" + "0" * 64, "cpu_request": "1m", "memory_request": "16Mi"}
        deploy_workload(container_name="main", sidecars={"main": sidecar})
