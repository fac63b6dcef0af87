"""Actions of listeners and listener rules: log users in and forward requests, or close paths."""

from typing import Any

import pulumi

from moorings.ecs.http_target import HttpTarget

SESSION_TIMEOUT_SECONDS = 12 * 60 * 60

CLOSED: Any = {
    "type": "fixed-response",
    "fixed_response": {"content_type": "text/plain", "message_body": "Forbidden", "status_code": "403"},
}
"""Action for closed paths."""


def forward_actions(target: HttpTarget, target_group_arn: pulumi.Input[str]) -> Any:
    """Return the actions that forward requests to a target group, after the login if there is one."""
    forward: dict[str, Any] = {"type": "forward", "target_group_arn": target_group_arn}
    login = _login_action(target)
    return [forward] if login is None else [{**login, "order": 1}, {**forward, "order": 2}]


def _login_action(target: HttpTarget) -> dict[str, Any] | None:
    session = {"session_timeout": SESSION_TIMEOUT_SECONDS, "on_unauthenticated_request": "authenticate"}
    if target.oidc is not None:
        return {"type": "authenticate-oidc", "authenticate_oidc": {**dict(target.oidc), **session}}
    if target.cognito is not None:
        return {"type": "authenticate-cognito", "authenticate_cognito": {**dict(target.cognito), **session}}
    return None
