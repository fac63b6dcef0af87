"""The workloads of the benchmarks as YAML of cdk8s-plus."""

import sys

import cdk8s
import cdk8s_plus_33 as kplus

IMAGE = "registry.example/orders@sha256:" + "0" * 64


def workload(chart: cdk8s.Chart, name: str) -> None:
    """Create a Deployment with its Service, account, network policy, autoscaler and disruption budget."""
    account = kplus.ServiceAccount(chart, f"{name}-account", automount_token=False)
    deployment = kplus.Deployment(
        chart,
        f"{name}-deployment",
        service_account=account,
        automount_service_account_token=False,
        security_context=kplus.PodSecurityContextProps(ensure_non_root=True, user=10001, group=10001, fs_group=10001),
        strategy=kplus.DeploymentStrategy.rolling_update(
            max_surge=kplus.PercentOrAbsolute.percent(25), max_unavailable=kplus.PercentOrAbsolute.absolute(0)
        ),
        min_ready=cdk8s.Duration.seconds(10),
        termination_grace_period=cdk8s.Duration.seconds(55),
        spread=True,
    )
    container = deployment.add_container(
        name=name,
        image=IMAGE,
        ports=[kplus.ContainerPort(name="http", number=8080)],
        resources=kplus.ContainerResources(
            cpu=kplus.CpuResources(request=kplus.Cpu.millis(250)),
            memory=kplus.MemoryResources(request=cdk8s.Size.mebibytes(512), limit=cdk8s.Size.mebibytes(512)),
        ),
        security_context=kplus.ContainerSecurityContextProps(user=10001, group=10001),
        startup=kplus.Probe.from_http_get("/ready", failure_threshold=30),
        readiness=kplus.Probe.from_http_get("/ready", failure_threshold=2),
        liveness=kplus.Probe.from_http_get("/live", failure_threshold=3),
    )
    volume = kplus.Volume.from_empty_dir(chart, f"{name}-tmp", "tmp")
    container.mount("/tmp", volume)  # noqa: S108 - a path in the container
    service = deployment.expose_via_service(
        name=f"{name}-service", ports=[kplus.ServicePort(port=8080, target_port=8080)]
    )
    ingress = kplus.Ingress(chart, f"{name}-ingress")
    ingress.add_host_rule(f"{name}.example.com", "/", kplus.IngressBackend.from_service(service))
    kplus.HorizontalPodAutoscaler(
        chart,
        f"{name}-autoscaler",
        target=deployment,
        min_replicas=2,
        max_replicas=10,
        metrics=[kplus.Metric.resource_cpu(kplus.MetricTarget.average_utilization(70))],
    )
    kplus.NetworkPolicy(chart, f"{name}-network-policy", selector=deployment)
    cdk8s.ApiObject(chart, f"{name}-budget", api_version="policy/v1", kind="PodDisruptionBudget").add_json_patch(
        cdk8s.JsonPatch.add("/spec", {"maxUnavailable": 1, "selector": {"matchLabels": {"app": name}}})
    )


def main(count: int) -> None:
    """Write the YAML of ``count`` workloads."""
    app = cdk8s.App()
    chart = cdk8s.Chart(app, "orders", namespace="orders")
    for number in range(count):
        workload(chart, f"n{number}")
    app.synth()


if __name__ == "__main__":
    main(int(sys.argv[1]))
