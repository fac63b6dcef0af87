"""Rules of the privileges of a container."""

from moorings.kubernetes.container_security import ALL_CAPABILITIES, NET_BIND_SERVICE, ContainerSecurity
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SECURITY_RULES = RuleSet(ContainerSecurity)

_POD_SECURITY = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"


@SECURITY_RULES.rule(
    "k8s-added-capability",
    Severity.UNSAFE,
    source=_POD_SECURITY,
    invalid="add_capabilities=['NET_ADMIN']",
    valid="add_capabilities=['NET_BIND_SERVICE']",
    each="add_capabilities",
)
def _added_capability(_index: int, capability: str) -> Findings:
    """A process that is compromised can use the capability. The Pod Security level restricted rejects the pod."""
    if capability != NET_BIND_SERVICE:
        yield f"{capability} is a privilege that few applications need; remove it if the application works without it"


@SECURITY_RULES.rule(
    "k8s-retained-capabilities",
    Severity.UNSAFE,
    source=_POD_SECURITY,
    invalid="drop_capabilities=['NET_RAW']",
    valid="drop_capabilities=['ALL'], add_capabilities=['NET_BIND_SERVICE']",
)
def _retained_capabilities(drop_capabilities: list[str]) -> Findings:
    """The container retains capabilities that it may not need. The Pod Security level restricted rejects the pod."""
    if ALL_CAPABILITIES not in drop_capabilities:
        dropped = f"only {', '.join(drop_capabilities)}" if drop_capabilities else "none"
        yield f"drops {dropped} of the runtime's capabilities; drop ALL, and list required ones in add_capabilities"


@SECURITY_RULES.rule(
    "k8s-privilege-escalation",
    Severity.UNSAFE,
    source=_POD_SECURITY,
    invalid="allow_privilege_escalation=True",
    valid="allow_privilege_escalation=False",
)
def _privilege_escalation(allow_privilege_escalation: bool) -> Findings:
    """A process can become root through setuid programs. The Pod Security level restricted rejects the pod."""
    if allow_privilege_escalation:
        yield "processes could become root through setuid programs; remove it, and start the container as its user"


@SECURITY_RULES.rule(
    "k8s-privileged",
    Severity.UNSAFE,
    source=_POD_SECURITY,
    invalid="privileged=True",
    valid="privileged=False",
)
def _privileged(privileged: bool) -> Findings:
    """A process of a privileged container is root on the node, and can read the Secrets of all pods that run there."""
    if privileged:
        yield "a privileged container controls its node; remove it, or list single privileges in add_capabilities"
