"""IAM policy documents as JSON.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def policy_document(statements: Sequence[Mapping[str, Any]]) -> str:
    """Return a policy with the given statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust_policy(service: str, condition: Mapping[str, Any]) -> str:
    """Return the trust policy of a role that a service can assume under a condition."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    return policy_document([statement])
