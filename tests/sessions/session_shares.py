"""Which pods serve many sessions, and how many of them a change moves."""

from collections.abc import Callable

from http_clients import Client

SESSIONS = 200


def pods_by_session(connect: Callable[[str], Client], sessions: int = SESSIONS) -> dict[str, str]:
    """Return the pod of each session."""
    return {str(number): connect(str(number)).pod() for number in range(sessions)}


def move_share(before: dict[str, str], after: dict[str, str]) -> float:
    """Return the share of sessions that have moved to another pod."""
    return sum(after[session] != pod for session, pod in before.items()) / len(before)
