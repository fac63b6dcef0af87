"""KubernetesJob: pods that run once."""

import pulumi

from moorings.kubernetes.annotations import SKIP_AWAIT_ANNOTATION
from moorings.kubernetes.jobs.job_args import KubernetesJobArgs
from moorings.kubernetes.jobs.job_rules import JOB_RULES, job_name, transformed_overlap
from moorings.kubernetes.jobs.job_specs import job_spec
from moorings.kubernetes.jobs.pod_component import PodComponent
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.kubernetes.rollout import MIN_DELETION_SECONDS, REPORT_SECONDS, SCHEDULING_SECONDS
from moorings.validation.outputs import register_declared_outputs


class KubernetesJob(PodComponent):
    """Creates a Job, which runs once when it is created, such as a database migration, and again when it changes.

    Also creates a service account, a NetworkPolicy and, depending on the arguments, ConfigMaps, Secrets and
    PersistentVolumeClaims. The pods of a Job cannot be changed: a changed Job is deleted with its pods, and a new one
    runs.

    Raises:
        InvalidInput: if arguments are invalid: immediately for plain values, and when late values resolve.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/

    """

    namespace: pulumi.Output[str]
    """Namespace of every object."""

    workload_name: pulumi.Output[str]
    """Name of the Job. Resolves once the Job has succeeded, unless it is not awaited."""

    service_account_name: pulumi.Output[str]
    """Name of the service account."""

    selector: dict[str, str]
    """Labels that select the pods."""

    network_peer: NetworkPeer
    """The pods, for ``ingress_from`` and ``egress_to`` of other workloads."""

    def __init__(self, name: str, args: KubernetesJobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the Job.

        Args:
            name: logical name of up to 50 lower-case letters, digits and hyphens. Children are named
                ``{name}-{role}``, and the main container has this name.
            args: arguments of the Job.
            opts: options of the component.

        """
        args, reporter = JOB_RULES.check("KubernetesJob", name, args)
        reporter.evaluate(job_name, kind="Job", name=name, object_name=args.object_name)
        super().__init__(name, args, args.shutdown_budget, reporter, opts)
        template = self._create_template(restartPolicy=args.retries.restart_policy)
        # Pulumi has its own timeout, which ends after that of the Job so that it can report the failure.
        timeout = f"{args.run_seconds + SCHEDULING_SECONDS + REPORT_SECONDS}s"
        deletion = max(MIN_DELETION_SECONDS, args.shutdown_budget.termination_grace_period_seconds + SCHEDULING_SECONDS)
        opts = pulumi.ResourceOptions(
            custom_timeouts=pulumi.CustomTimeouts(create=timeout, update=timeout, delete=f"{deletion}s"),
            # Otherwise the new Job would start while pods of the old one are running.
            delete_before_replace=None if args.may_overlap else True,
            # The provider replaces a Job whose pods change, and would fail to update these immutable fields.
            replace_on_changes=["spec.completionMode", "spec.podFailurePolicy"],
        )
        awaited = args.wait_for_completion and not args.suspend
        job = self._create_workload(
            "batch/v1",
            "Job",
            job_spec(name, args, template),
            opts,
            name=args.object_name,
            annotations=None if awaited else {SKIP_AWAIT_ANNOTATION: "true"},
            checks=[] if args.may_overlap else [(transformed_overlap, {"role": "job", "job": ("spec",)})],
        )
        self.workload_name = job.name
        register_declared_outputs(self, reporter)
