"""What the provider reports about pods that are not ready.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/checker/pod/check.go
"""

from collections.abc import Iterator

from emulated_providers.kubernetes_await.objects import Object, condition, field, qualified_name

CHECKED = (("PodScheduled", "be scheduled"), ("Initialized", "be initialized"), ("Ready", "be ready"))


def unmet_conditions(pod: Object) -> Iterator[tuple[str, str]]:
    """The first condition that is not met: a description, and a message that is empty if there is no reason."""
    for type_, description in CHECKED:
        found = condition(pod, type_)
        succeeded = type_ == "Ready" and field(pod, "status", "phase") == "Succeeded"
        if found is not None and (found["status"] == "True" or succeeded):
            continue
        yield f'Waiting for Pod "{qualified_name(pod)}" to {description}', _message(pod, type_, found)
        return


def warnings(pod: Object) -> list[str]:
    """Why the pod is not initialized or not ready, such as an image that cannot be pulled."""
    return [message for _, message in unmet_conditions(pod) if message.startswith("[Pod ")]


def _message(pod: Object, type_: str, found: object) -> str:
    if not isinstance(found, dict):
        return ""
    explained = found.get("message", "") if found.get("reason") else ""
    if type_ == "PodScheduled":
        return str(explained)
    errors = "\n".join(_container_errors(pod))
    return f"[Pod {qualified_name(pod)}]: {explained}{errors}" if errors or found.get("message") else ""


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
