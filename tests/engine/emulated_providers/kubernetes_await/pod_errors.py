"""Status messages and errors of the provider about pods that are not ready.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/checker/pod/check.go
"""

from collections.abc import Iterator

from emulated_providers.kubernetes_await.objects import Object, condition, field, qualified_name

CHECKED_CONDITIONS = (("PodScheduled", "be scheduled"), ("Initialized", "be initialized"), ("Ready", "be ready"))


def unmet_conditions(pod: Object) -> Iterator[tuple[str, str]]:
    """Yield the first unmet condition: a status message, and an error, which is empty without a known reason."""
    for type_, description in CHECKED_CONDITIONS:
        status = condition(pod, type_)
        succeeded = type_ == "Ready" and field(pod, "status", "phase") == "Succeeded"
        if status is not None and (status["status"] == "True" or succeeded):
            continue
        yield f'Waiting for Pod "{qualified_name(pod)}" to {description}', _error(pod, type_, status)
        return


def warnings(pod: Object) -> list[str]:
    """Return the errors of a pod that is not initialized or not ready, such as an image that cannot be pulled."""
    return [message for _, message in unmet_conditions(pod) if message.startswith("[Pod ")]


def _error(pod: Object, type_: str, status: object) -> str:
    if not isinstance(status, dict):
        return ""
    explanation = status.get("message", "") if status.get("reason") else ""
    if type_ == "PodScheduled":
        return str(explanation)
    errors = "\n".join(_container_errors(pod))
    return f"[Pod {qualified_name(pod)}]: {explanation}{errors}" if errors or status.get("message") else ""


def _container_errors(pod: Object) -> Iterator[str]:
    for status in field(pod, "status", "containerStatuses") or []:
        if status.get("ready"):
            continue
        waiting = field(status, "state", "waiting")
        if waiting and waiting.get("reason") != "ContainerCreating":
            yield f"[{waiting.get('reason', '')}] {waiting.get('message', '')}"
        terminated = field(status, "state", "terminated")
        if terminated and terminated.get("reason"):
            if terminated.get("message"):
                yield f"[{terminated['reason']}] {terminated['message']}"
            else:
                yield f'container "{status["name"]}" completed with exit code {terminated["exitCode"]}'
