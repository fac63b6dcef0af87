"""Logical names of child resources whose physical names have a short maximum length."""

from hashlib import sha256

AUTONAME_LENGTH = 8
"""A hyphen and seven random characters, which Pulumi appends to the logical name.

Source: https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
"""

MAX_BUCKET_NAME = 63
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

MAX_EVENT_RULE_NAME = 64
"""Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"""

MAX_LOAD_BALANCER_NAME = 32
"""Also the maximum of target groups.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
"""

MAX_POLICY_NAME = 128
"""Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html"""

MAX_ROLE_NAME = 64
"""Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""

MAX_SCHEDULE_NAME = 64
"""Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""

MAX_STATE_MACHINE_NAME = 80
"""Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"""

_HASH_LENGTH = 6


def child_name(name: str, role: str, max_length: int) -> str:
    """Return ``{name}-{role}``. If the physical name would be too long, a hash replaces the end of the name.

    Args:
        name: logical name of the component.
        role: role of the child.
        max_length: maximum length of the physical name.

    """
    child = f"{name}-{role}"
    excess = len(child) + AUTONAME_LENGTH - max_length
    if excess <= 0:
        return child
    kept = name[: -(excess + _HASH_LENGTH + 1)].rstrip("-")
    return f"{kept}-{sha256(name.encode()).hexdigest()[:_HASH_LENGTH]}-{role}"
