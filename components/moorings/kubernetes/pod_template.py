"""The template of a workload's pods."""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kubernetes.config_objects import FILE_MODE, ContainerConfig
from moorings.kubernetes.container import HEAP_PERCENT, HEAP_VARIABLE, PodContainer
from moorings.kubernetes.probes import Probe, Role
from moorings.kubernetes.security_context import container_security, pod_security
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.container_images import has_digest
from moorings.validation.inputs import check_together

JVM_HEAP = {"name": HEAP_VARIABLE, "value": f"-XX:MaxRAMPercentage={HEAP_PERCENT}"}


class PodTemplate:
    """Puts containers and their volumes together."""

    def __init__(self, args: KubernetesWorkloadArgs, configs: Mapping[str, ContainerConfig]) -> None:
        """Begin with the volumes that outlive a pod.

        Args:
            args: settings of the workload.
            configs: where each container finds its settings.

        """
        self._args, self._configs = args, configs
        self._volumes: list[dict[str, Any]] = []
        self._folders = 0

    def rendered(
        self,
        main: str,
        *,
        labels: Mapping[str, str],
        selector: dict[str, str],
        account: pulumi.Input[str],
        claims: Mapping[str, pulumi.Input[str]],
        shutdown: ShutdownBudget,
        deployment: bool,
    ) -> dict[str, Any]:
        """The template, in the API's words.

        Args:
            main: name of the main container.
            labels: labels of the pods.
            selector: those that select the pods.
            account: name of the service account.
            claims: claims by the name of their volume; those of a StatefulSet come with its templates.
            shutdown: how the pods go.
            deployment: whether the pods are told apart by their revision.

        """
        args = self._args
        self._volumes = [
            {"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim in claims.items()
        ]
        spec: dict[str, Any] = {
            "serviceAccountName": account,
            "automountServiceAccountToken": args.automount_service_account_token,
            "enableServiceLinks": False,
            "securityContext": pod_security(args.run_as_user, args.run_as_group, args.sysctls),
            "terminationGracePeriodSeconds": shutdown.termination_grace_period_seconds,
        }
        inits = [self._container(name, each) for name, each in args.init_containers.items()]
        sidecars = [{**self._container(name, each), "restartPolicy": "Always"} for name, each in args.sidecars.items()]
        container = self._container(main, args.container)
        if args.consumer and (told := args.consumer.variables(args.container.kafka_settings, args.absence)):
            container["env"] = [*told, *container.get("env", [])]
        if shutdown.pre_stop_seconds:
            container["lifecycle"] = {"preStop": {"sleep": {"seconds": shutdown.pre_stop_seconds}}}
        spec |= {"containers": [container], "initContainers": [*sidecars, *inits], "volumes": self._volumes}
        spec |= {
            "topologySpreadConstraints": args.availability.spread(selector, revisions=deployment),
            "nodeSelector": args.node_selector,
            "tolerations": args.tolerations,
            "imagePullSecrets": [{"name": name} for name in args.image_pull_secrets],
            "priorityClassName": args.priority_class_name,
        }
        metadata = {"labels": labels, "annotations": args.pod_annotations}
        return {"metadata": _given(metadata), "spec": _given(spec)}

    def _container(self, name: str, container: PodContainer) -> dict[str, Any]:
        config = self._configs[name]
        found: dict[str, Any] = {
            "name": name,
            "image": container.image,
            "imagePullPolicy": check_together(name, _image_pull_policy, image=container.image),
            "command": container.command,
            "args": container.args,
            "ports": [{"name": port, "containerPort": number} for port, number in container.ports.items()],
            "env": _environment(container),
            "envFrom": config.environment,
            "resources": _resources(container),
            "volumeMounts": self._mounts(name, container, config),
            "securityContext": container_security(
                read_only_root_filesystem=container.read_only_root_filesystem,
                net_bind_service=container.net_bind_service,
                run_as_user=container.run_as_user,
            ),
            "terminationMessagePolicy": "FallbackToLogsOnError",
        }
        for role, probe in container.probes.given.items() if name not in self._args.init_containers else ():
            found[f"{role}Probe"] = _probe(role, probe, container)
        return _given(found)

    def _mounts(self, name: str, container: PodContainer, config: ContainerConfig) -> list[dict[str, Any]]:
        mounts = [self._mount(path, {"emptyDir": {"sizeLimit": size}}) for path, size in container.empty_dirs.items()]
        mounts += [
            self._mount(path, {"emptyDir": {"sizeLimit": size, "medium": "Memory"}})
            for path, size in container.memory_empty_dirs.items()
        ]
        mounts += [
            {**self._mount(path, {"projected": {"defaultMode": FILE_MODE, "sources": sources}}), "readOnly": True}
            for path, sources in config.folders.items()
        ]
        main = name not in self._args.init_containers and name not in self._args.sidecars
        for volume, claimed in self._args.volumes.items():
            if main or name in claimed.containers:
                read_only = {"readOnly": True} if claimed.read_only else {}
                mounts.append({"name": volume, "mountPath": claimed.mount_path, **read_only})
        return mounts

    def _mount(self, path: str, source: dict[str, Any]) -> dict[str, Any]:
        """Mount a folder that is the container's own, under a name that no volume of the arguments may have."""
        self._folders += 1
        volume = f"folder-{self._folders}"
        self._volumes.append({"name": volume, **source})
        return {"name": volume, "mountPath": path}


def _environment(container: PodContainer) -> list[dict[str, Any]]:
    # A variable can name only those before it, as $(POD_NAME).
    found: list[dict[str, Any]] = [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in container.field_refs.items()
    ]
    for name, reference in container.secrets.items():
        found.append(
            {"name": name, "valueFrom": {"secretKeyRef": {"name": reference.secret_name, "key": reference.key}}}
        )
    found += [{"name": name, "value": value} for name, value in container.environment.items()]
    if container.sizes_heap:
        found.append(JVM_HEAP)
    return found


def _resources(container: PodContainer) -> dict[str, dict[str, str]]:
    requests = {
        "cpu": container.cpu_request,
        "memory": container.memory_request,
        "ephemeral-storage": container.ephemeral_storage_request,
    }
    limits = {
        "memory": container.memory_limit or container.memory_request,
        "ephemeral-storage": container.ephemeral_storage_limit,
    }
    return {"requests": requests, "limits": limits | ({"cpu": container.cpu_limit} if container.cpu_limit else {})}


def _probe(role: Role, probe: Probe, container: PodContainer) -> dict[str, Any]:
    port = container.port_of(probe)
    period, timeout, failures = probe.times(role)
    found: dict[str, Any] = {"periodSeconds": period, "timeoutSeconds": timeout, "failureThreshold": failures}
    if probe.initial_delay_seconds:
        found["initialDelaySeconds"] = probe.initial_delay_seconds
    if probe.success_threshold > 1:
        found["successThreshold"] = probe.success_threshold
    if probe.http_get:
        found["httpGet"] = {
            "path": probe.http_get,
            "port": port,
            **({"scheme": "HTTPS"} if probe.scheme == "HTTPS" else {}),
        }
    elif probe.exec:
        found["exec"] = {"command": probe.exec}
    elif probe.tcp_socket:
        found["tcpSocket"] = {"port": port}
    else:
        found["grpc"] = {
            "port": container.ports[str(port)],
            **({"service": probe.grpc_service} if probe.grpc_service else {}),
        }
    return found


def _given(parts: dict[str, Any]) -> dict[str, Any]:
    """What is there: the API takes what is missing, and a preview is shorter without what is empty."""
    return {key: value for key, value in parts.items() if value not in (None, [], {})}


def _image_pull_policy(image: str) -> str:
    """Return the pull policy: a tag can move, a digest cannot."""
    return "IfNotPresent" if has_digest(image) else "Always"
