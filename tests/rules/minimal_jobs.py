"""Minimal valid programs of Jobs, CronJobs and DaemonSets."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from minimal import BUILDERS, MINIMAL, Arguments, nested
from minimal_workloads import IMAGE

import moorings
from moorings.kubernetes.jobs.job_args import JobBaseArgs
from moorings.validation.args import Args

POD: dict[str, Any] = {
    "namespace": "shop",
    "container": {"image": IMAGE, "cpu_request": "250m", "memory_request": "512Mi"},
}


def component(component_class: Callable[..., Any], args_class: type[Args], **minimal: Any) -> None:
    """Add a component. The example of a rule about names can set that of the component."""

    def build(args: Arguments, acknowledge: Mapping[str, str]) -> Any:
        values = {**minimal, **args}
        opts = pulumi.ResourceOptions(transforms=values.pop("transforms", None))
        if acknowledge:
            values["acknowledge"] = {**values.get("acknowledge", {}), **acknowledge}
        return component_class(values.pop("name", "example"), args_class(**values), opts)

    BUILDERS[args_class], MINIMAL[args_class] = build, minimal


component(moorings.KubernetesJob, moorings.KubernetesJobArgs, **POD)
component(moorings.KubernetesCronJob, moorings.KubernetesCronJobArgs, schedule="30 2 * * *", **POD)
component(moorings.KubernetesDaemonSet, moorings.KubernetesDaemonSetArgs, **POD)
BUILDERS[JobBaseArgs], MINIMAL[JobBaseArgs] = BUILDERS[moorings.KubernetesJobArgs], POD
nested(moorings.JobRetries, moorings.KubernetesJobArgs, lambda args: {"retries": args})
nested(
    moorings.HostPath, moorings.KubernetesDaemonSetArgs, lambda args: {"host_paths": {"files": args}}, path="/var/log"
)
