"""How the emulated Kubernetes provider waits for Services and Ingresses, with simulated nodes.

Each condition, timer and message is that of the real provider: see ``emulated_providers/kubernetes_await``.
"""

import pytest
from objects import deployment, ingress, named, pod, service
from waiting import LATER, NEVER, first_object, publish_address, set_status, with_pods


def test_a_service_waits_while_endpoints_are_pending(waiting, namespace):
    waiting.api.apply(with_pods(deployment(namespace), LATER))
    first_object(waiting.api, "v1", "Pod", namespace)
    waiting.up(service(namespace))
    (endpoints,) = waiting.api.list("v1", "Endpoints", namespace)
    assert all("notReadyAddresses" not in subset for subset in endpoints.get("subsets", []))


def test_a_service_with_pending_endpoints_is_not_ready(waiting, namespace):
    waiting.api.apply(with_pods(deployment(namespace), NEVER))
    gated = pod(namespace)
    gated["spec"]["readinessGates"] = [{"conditionType": "example.com/registered"}]
    gated["metadata"]["labels"] = {"app": "orders"}
    waiting.api.apply(gated)
    waiting.api.wait(gated, lambda observed: observed["status"].get("podIP"))
    error = waiting.failure(service(namespace), timeout=40)
    assert error.reasons[0].startswith("Service does not target any Pods")


def test_a_service_without_endpoints_is_ready(waiting, namespace):
    waiting.up(service(namespace))
    assert waiting.messages[-1] == ("info", "Service initialization complete")


@pytest.mark.parametrize(
    "spec",
    [
        {"clusterIP": "None", "selector": {"app": "orders"}, "ports": [{"port": 80}]},
        {"ports": [{"port": 80}]},
        {"type": "ExternalName", "externalName": "orders.example.com"},
    ],
    ids=["headless", "without a selector", "ExternalName"],
)
def test_services_that_do_not_wait_for_endpoints(waiting, namespace, spec):
    waiting.up(named("v1", "Service", namespace, spec=spec), timeout=100)
    assert [text for _, text in waiting.messages] == ["[1/3] Finding Pods to direct traffic to"]


def test_a_load_balancer_waits_for_its_address(waiting, namespace):
    balanced = service(namespace)
    balanced["spec"]["type"] = "LoadBalancer"
    error = waiting.failure(balanced, timeout=20)
    assert error.reasons[-1].startswith("Service was not allocated an IP address")
    set_status(waiting.api, balanced, {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}})
    waiting.up(balanced)


def test_an_ingress_waits_for_its_address(waiting, namespace):
    waiting.api.apply(service(namespace))
    error = waiting.failure(ingress(namespace), timeout=40)
    assert error.reasons[0].startswith("Ingress .status.loadBalancer field was not updated")
    assert ("info", "[2/3] Waiting for update of .status.loadBalancer with hostname/IP") in waiting.messages
    waiting.up(publish_address(waiting, ingress(namespace)))
    assert waiting.warnings() == []


def test_an_ingress_with_an_unknown_service_is_ready_with_a_warning(waiting, namespace):
    waiting.api.apply(service(namespace))
    action = ingress(namespace)
    path = {"path": "/metrics", "pathType": "Prefix", "backend": {"service": {"name": "closed", "port": {"number": 1}}}}
    action["spec"]["rules"][0]["http"]["paths"].append(path)
    waiting.up(publish_address(waiting, action))
    warning = 'No matching service found for ingress rule: "orders.example.com/metrics" -> "closed"'
    assert waiting.warnings() == [warning]


def test_an_ingress_in_a_namespace_without_endpoints_waits_for_60_s(waiting, namespace):
    error = waiting.failure(publish_address(waiting, ingress(namespace)), timeout=50)
    assert error.reasons == ["Ingress has at least one rule with an unavailable target endpoint."]
    waiting.up(ingress(namespace), timeout=80)
    assert len(waiting.warnings()) == 1


def test_an_ingress_does_not_wait_for_endpoints_of_an_external_name(waiting, namespace):
    external = {"type": "ExternalName", "externalName": "orders.example.com"}
    waiting.api.apply(named("v1", "Service", namespace, spec=external))
    waiting.up(publish_address(waiting, ingress(namespace)), timeout=40)
    assert waiting.warnings() == []
