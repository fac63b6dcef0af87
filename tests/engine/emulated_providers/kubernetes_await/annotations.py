"""Annotations and options that change how the provider waits.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/metadata/overrides.go
"""

from emulated_providers.kubernetes_await.objects import Object, annotation

SKIP_AWAIT = "pulumi.com/skipAwait"
TIMEOUT_SECONDS = "pulumi.com/timeoutSeconds"
WAIT_FOR = "pulumi.com/waitFor"
DELETION_PROPAGATION = "pulumi.com/deletionPropagationPolicy"

DEFAULT_TIMEOUT_SECONDS = 600

# The provider ignores the annotation when it deletes objects of other kinds:
# https://github.com/pulumi/pulumi-kubernetes/issues/3154
_DELETED_WITHOUT_WAITING = frozenset({"Namespace", "Pod", "DaemonSet", "Deployment", "StatefulSet", "Job"})


def skips_await(inputs: Object) -> bool:
    """Whether the provider does not wait until the object is ready."""
    return annotation(inputs, SKIP_AWAIT).lower() == "true"


def skips_await_of_deletion(inputs: Object) -> bool:
    """Whether the provider does not wait until the object is deleted."""
    return skips_await(inputs) and inputs.get("kind") in _DELETED_WITHOUT_WAITING


def timeout_seconds(option: float, inputs: Object) -> float:
    """Return the timeout: ``custom_timeouts``, the annotation or 10 minutes. An invalid annotation is ignored."""
    text = annotation(inputs, TIMEOUT_SECONDS)
    if option:
        return option
    return int(text) if text.lstrip("+-").isdecimal() else DEFAULT_TIMEOUT_SECONDS


def propagation_policy(inputs: Object) -> str:
    """Return the propagation policy of a deletion. The default ``Foreground`` deletes dependents before the object."""
    policy = annotation(inputs, DELETION_PROPAGATION).capitalize()
    return policy if policy in {"Orphan", "Background"} else "Foreground"
