"""KubernetesCronJob: pods that run on a schedule."""

import pulumi

from moorings.kubernetes.jobs.cron_job_args import KubernetesCronJobArgs
from moorings.kubernetes.jobs.cron_job_rules import CRON_JOB_RULES
from moorings.kubernetes.jobs.job_rules import job_name, transformed_overlap
from moorings.kubernetes.jobs.job_specs import cron_job_spec
from moorings.kubernetes.jobs.pod_component import PodComponent
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.validation.outputs import register_declared_outputs


class KubernetesCronJob(PodComponent):
    """Creates a CronJob, whose runs never overlap unless ``may_overlap`` is set.

    Also creates a service account, a NetworkPolicy and, depending on the arguments, ConfigMaps, Secrets and
    PersistentVolumeClaims. A change applies to later runs. Kubernetes may start a run twice or not at all in rare
    cases, so runs should be idempotent.

    Raises:
        InvalidInput: if arguments are invalid: immediately for plain values, and when late values resolve.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/

    """

    namespace: pulumi.Output[str]
    """Namespace of every object."""

    workload_name: pulumi.Output[str]
    """Name of the CronJob."""

    service_account_name: pulumi.Output[str]
    """Name of the service account."""

    selector: dict[str, str]
    """Labels that select the pods."""

    network_peer: NetworkPeer
    """The pods, for ``ingress_from`` and ``egress_to`` of other workloads."""

    def __init__(self, name: str, args: KubernetesCronJobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the CronJob.

        Args:
            name: logical name of up to 35 lower-case letters, digits and hyphens. Children are named
                ``{name}-{role}``, and the main container has this name.
            args: arguments of the CronJob.
            opts: options of the component.

        """
        args, reporter = CRON_JOB_RULES.check("KubernetesCronJob", name, args)
        reporter.evaluate(job_name, kind="CronJob", name=name, object_name=args.object_name)
        super().__init__(name, args, args.shutdown_budget, reporter, opts)
        template = self._create_template(restartPolicy=args.retries.restart_policy)
        spec = cron_job_spec(name, args, self._objects.labels, template)
        # The runs of an old CronJob would otherwise overlap with those of the one that replaces it.
        opts = pulumi.ResourceOptions(delete_before_replace=None if args.may_overlap else True)
        checks = [(transformed_overlap, {"role": "cronjob", "job": ("spec", "jobTemplate", "spec")})]
        cron_job = self._create_workload(
            "batch/v1", "CronJob", spec, opts, name=args.object_name, checks=[] if args.may_overlap else checks
        )
        self.workload_name = cron_job.name
        register_declared_outputs(self, reporter)
