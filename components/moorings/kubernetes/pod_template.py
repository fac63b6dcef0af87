"""Pod template of a workload of any kind."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from moorings.kubernetes.config_objects import ContainerConfig
from moorings.kubernetes.container import JVM_HEAP_PERCENT, JVM_OPTIONS_VARIABLE, PodContainer
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.security_context import container_security_context, pod_security_context
from moorings.kubernetes.volumes import FILE_MODE
from moorings.validation.container_images import has_digest
from moorings.validation.reporter import Reporter

JVM_HEAP = {"name": JVM_OPTIONS_VARIABLE, "value": f"-XX:MaxRAMPercentage={JVM_HEAP_PERCENT}"}


class PodTemplate:
    """Assembles the containers and volumes of a pod."""

    def __init__(self, reporter: Reporter, args: PodArgs, configs: Mapping[str, ContainerConfig]) -> None:
        """Store the arguments, and the ConfigMaps and Secrets of each container by its name in the pod."""
        self._reporter, self._args, self._configs = reporter, args, configs
        self._volumes: list[dict[str, Any]] = []
        self._generated_volumes = 0

    def render(
        self,
        main_container: str,
        *,
        labels: Mapping[str, str],
        service_account: pulumi.Input[str],
        claims: Mapping[str, pulumi.Input[str]],
        pod_fields: Mapping[str, Any],
        main_fields: Mapping[str, Any],
        variables: Sequence[dict[str, Any]] = (),
    ) -> dict[str, Any]:
        """Return the template in the fields of the API.

        Args:
            main_container: name of the main container.
            labels: labels of the pods.
            service_account: name of the service account.
            claims: names of PersistentVolumeClaims by volume, without those of a StatefulSet's templates.
            pod_fields: fields of the pod that depend on the kind of the workload.
            main_fields: fields of the main container that depend on the kind of the workload.
            variables: environment variables of the main container, before those of the arguments.

        """
        args = self._args
        self._volumes = [
            {"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim in claims.items()
        ]
        self._volumes += [
            {"name": name, **volume.source} for name, volume in args.volumes.items() if not volume.persistent
        ]
        init_containers = [self._container(name, container) for name, container in args.init_containers.items()]
        sidecars = [
            {**self._container(name, container), "restartPolicy": "Always"} for name, container in args.sidecars.items()
        ]
        container = {**self._container(main_container, args.container), **main_fields}
        if variables:
            container["env"] = [*variables, *container.get("env", [])]
        spec: dict[str, Any] = {
            "serviceAccountName": service_account,
            "automountServiceAccountToken": args.automount_service_account_token,
            "enableServiceLinks": False,
            "securityContext": pod_security_context(args.run_as_user, args.run_as_group, args.sysctls),
            "containers": [container],
            "initContainers": [*sidecars, *init_containers],
            "volumes": self._volumes,
            "nodeSelector": args.node_selector,
            "tolerations": args.tolerations,
            "imagePullSecrets": [{"name": name} for name in args.image_pull_secrets],
            "priorityClassName": args.priority_class_name,
            "affinity": args.affinity,
            "runtimeClassName": args.runtime_class_name,
            "hostAliases": [{"ip": address, "hostnames": names} for address, names in args.host_aliases.items()],
            "dnsPolicy": args.dns.policy if args.dns.policy != "ClusterFirst" else None,
            "dnsConfig": args.dns.config,
            **pod_fields,
        }
        metadata = {"labels": labels, "annotations": args.pod_annotations}
        return {"metadata": _non_empty(metadata), "spec": _non_empty(spec)}

    def _container(self, name: str, container: PodContainer) -> dict[str, Any]:
        config = self._configs[name]
        fields: dict[str, Any] = {
            "name": name,
            "image": container.image,
            "imagePullPolicy": container.image_pull_policy
            or self._reporter.derive(_image_pull_policy, image=container.image),
            "command": container.command,
            "args": container.args,
            "ports": _ports(container),
            "env": _environment(container),
            "envFrom": [*(source.rendered for source in container.environment_from), *config.env_from],
            "resources": _resources(container),
            "volumeMounts": self._volume_mounts(name, container, config),
            "securityContext": container_security_context(container),
            "terminationMessagePolicy": "FallbackToLogsOnError",
        }
        for probe_type, probe in container.probes.effective.items() if name not in self._args.init_containers else ():
            fields[f"{probe_type}Probe"] = probe.render(probe_type, container.ports)
        return _non_empty(fields)

    def _volume_mounts(self, name: str, container: PodContainer, config: ContainerConfig) -> list[dict[str, Any]]:
        mounts = [self._mount(path, {"emptyDir": {"sizeLimit": size}}) for path, size in container.empty_dirs.items()]
        mounts += [
            self._mount(path, {"emptyDir": {"sizeLimit": size, "medium": "Memory"}})
            for path, size in container.memory_empty_dirs.items()
        ]
        mounts += [
            {**self._mount(path, {"projected": {"defaultMode": FILE_MODE, "sources": sources}}), "readOnly": True}
            for path, sources in config.directories.items()
        ]
        main = name not in self._args.init_containers and name not in self._args.sidecars
        for volume_name, volume in self._args.volumes.items():
            if volume.mount_path is not None and (main or name in volume.containers):
                mounts.append(volume.mount(volume_name, volume.mount_path, volume.sub_path, read_only=False))
        for path, mount in container.volume_mounts.items():
            volume = self._args.volumes[mount.volume]
            mounts.append(volume.mount(mount.volume, path, mount.sub_path, read_only=mount.read_only))
        return mounts

    def _mount(self, path: str, source: dict[str, Any]) -> dict[str, Any]:
        """Add a volume of the container, with a name that no other volume has, and return its mount."""
        name = ""
        while not name or name in self._args.volumes:
            self._generated_volumes += 1
            name = f"folder-{self._generated_volumes}"
        self._volumes.append({"name": name, **source})
        return {"name": name, "mountPath": path}


def _ports(container: PodContainer) -> list[dict[str, Any]]:
    ports: list[dict[str, Any]] = [{"name": name, "containerPort": port} for name, port in container.ports.items()]
    return ports + [
        {"name": name, "containerPort": port, "protocol": "UDP"} for name, port in container.udp_ports.items()
    ]


def _environment(container: PodContainer) -> list[dict[str, Any]]:
    # $(NAME) is only expanded for variables that are set earlier.
    variables: list[dict[str, Any]] = [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in container.field_refs.items()
    ]
    for name, secret in container.secrets.items():
        key_reference = {"name": secret.secret_name, "key": secret.key, **_optional(secret.optional)}
        variables.append({"name": name, "valueFrom": {"secretKeyRef": key_reference}})
    for name, config_map in container.config_maps.items():
        key_reference = {"name": config_map.config_map_name, "key": config_map.key, **_optional(config_map.optional)}
        variables.append({"name": name, "valueFrom": {"configMapKeyRef": key_reference}})
    variables += [{"name": name, "value": value} for name, value in container.environment.items()]
    if container.sets_heap_size:
        variables.append(JVM_HEAP)
    return variables


def _optional(optional: bool) -> dict[str, bool]:  # noqa: FBT001 - a field of the API
    return {"optional": True} if optional else {}


def _resources(container: PodContainer) -> dict[str, dict[str, str]]:
    requests = {
        "cpu": container.cpu_request,
        "memory": container.memory_request,
        "ephemeral-storage": container.ephemeral_storage_request,
        **container.extended_resources,
    }
    limits = {
        "memory": container.memory_limit or container.memory_request,
        "ephemeral-storage": container.ephemeral_storage_limit,
        **container.extended_resources,
    }
    return {"requests": requests, "limits": limits | ({"cpu": container.cpu_limit} if container.cpu_limit else {})}


def _non_empty(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value, which keeps previews short."""
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def _image_pull_policy(image: str) -> str:
    """Return the pull policy: a tag can move, a digest cannot."""
    return "IfNotPresent" if has_digest(image) else "Always"
