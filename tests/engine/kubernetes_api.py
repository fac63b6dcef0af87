"""Speak to a Kubernetes API server, as strictly as it can be asked to judge."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import requests

Object = dict[str, Any]

_WARNED = 299
PATIENCE = 120.0
"""Seconds that something may take at most. Two cores that others use too are slow."""


class RefusedError(Exception):
    """The API server refused, or let pass with a warning, which has the code 299."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(f"{code} {reason}: {message}")
        self.code = code
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class KubernetesApi:
    """An API server and the token of an administrator.

    Unknown fields are refused, and so is what the server only warns of: that a workload's pods would not be admitted, or that
    an API is on its way out.
    """

    url: str
    token: str = field(repr=False)
    ca: Path

    def apply(self, thing: Mapping[str, Any], *, dry_run: bool = False, manager: str = "tests") -> Object:
        """Create an object or change it, server-side."""
        query = {"fieldManager": manager, "force": "true", **_judged(dry_run)}
        return self.request("PATCH", self.path(thing), thing, query, content_type="application/apply-patch+yaml")

    def create(self, thing: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Create an object that is not there yet."""
        return self.request(
            "POST", self.path({**thing, "metadata": {**thing["metadata"], "name": ""}}), thing, _judged(dry_run)
        )

    def get(self, thing: Mapping[str, Any]) -> Object:
        """Read an object, given its kind and name."""
        return self.request("GET", self.path(thing))

    def list(self, api_version: str, kind: str, namespace: str = "", *, labels: str = "") -> list[Object]:
        """Read the objects of a kind."""
        listed = self.request("GET", self._collection(api_version, kind, namespace), query={"labelSelector": labels})
        # The items of a list leave out what they all share.
        return [{"apiVersion": api_version, "kind": kind, **item} for item in listed["items"]]

    def delete(self, thing: Mapping[str, Any]) -> None:
        """Delete an object, and what it owns after it."""
        self.request(
            "DELETE", self.path(thing), {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
        )

    def evict(self, pod: Mapping[str, Any]) -> None:
        """Ask a pod to leave its node, as a drain does.

        Raises:
            RefusedError: A disruption budget forbids it (429).
        """
        names = {key: pod["metadata"][key] for key in ("name", "namespace")}
        self.request(
            "POST", f"{self.path(pod)}/eviction", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": names}
        )

    def watch(
        self, api_version: str, kind: str, namespace: str = "", *, seconds: float = PATIENCE
    ) -> Iterator[tuple[str, Object]]:
        """What is there, as ADDED, and then each change, as it comes; until the time is over."""
        end = time.monotonic() + seconds
        query = {"watch": "true", "timeoutSeconds": str(int(seconds) + 1)}
        url = self.url + self._collection(api_version, kind, namespace)
        with requests.get(
            url, params=query, headers=self._headers(), verify=str(self.ca), stream=True, timeout=seconds
        ) as answer:
            answer.raise_for_status()
            lines = answer.iter_lines()
            while time.monotonic() < end:
                try:
                    line = next(lines, None)
                except requests.ConnectionError:  # nothing came in time
                    return
                if line is None:
                    return
                event = json.loads(line)
                yield event["type"], event["object"]

    def wait(
        self, thing: Mapping[str, Any], condition: Callable[[Object], object], *, seconds: float = PATIENCE
    ) -> Object:
        """Watch an object, until it is as it should be.

        Raises:
            TimeoutError: It did not get there; the message shows its last status.
        """
        name, namespace = thing["metadata"]["name"], thing["metadata"].get("namespace", "")
        last: Object = {}
        for type_, seen in self.watch(thing["apiVersion"], thing["kind"], namespace, seconds=seconds):
            if seen["metadata"]["name"] == name:
                last = seen
                if type_ != "DELETED" and condition(seen):
                    return seen
        raise TimeoutError(
            f"{thing['kind']} {name} did not get there within {seconds:.0f} s: {last.get('status', 'not seen')}"
        )

    def namespace(self, pod_security: str = "restricted") -> str:
        """Make a fresh namespace that admits pods of this level only, and warns of workloads that would make others."""
        levels = {f"pod-security.kubernetes.io/{mode}": pod_security for mode in ("enforce", "warn")}
        name = f"test-{secrets.token_hex(4)}"
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": levels}})
        return name

    def path(self, thing: Mapping[str, Any]) -> str:
        """Where the API keeps an object."""
        metadata = thing["metadata"]
        collection = self._collection(thing["apiVersion"], thing["kind"], metadata.get("namespace", ""))
        return f"{collection}/{metadata['name']}".rstrip("/")

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Object:
        """Send a request.

        Raises:
            RefusedError: It was refused, or let pass with a warning.
        """
        answer = requests.request(
            method,
            self.url + path,
            params=query,
            data=None if body is None else json.dumps(body),
            headers={**self._headers(), "Content-Type": content_type},
            verify=str(self.ca),
            timeout=60,
        )
        if not answer.ok:
            raise _refusal(answer)
        told: Object = answer.json()
        if warning := answer.headers.get("Warning"):
            raise RefusedError(_WARNED, "Warning", warning)
        return told

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}

    def _collection(self, api_version: str, kind: str, namespace: str) -> str:
        group = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            plural, namespaced = _kinds(self, group)[kind]
        except KeyError:
            raise RefusedError(404, "NotFound", f"{api_version} has no kind {kind}") from None
        return f"{group}/namespaces/{namespace}/{plural}" if namespaced and namespace else f"{group}/{plural}"


def _refusal(answer: requests.Response) -> RefusedError:
    try:
        status = answer.json()
    except requests.JSONDecodeError:  # a path that nothing serves, or not yet, is answered in plain text
        return RefusedError(answer.status_code, answer.reason, answer.text.strip())
    return RefusedError(answer.status_code, status.get("reason", ""), status.get("message", ""))


def _judged(dry_run: bool) -> dict[str, str]:
    return {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}


@cache
def _kinds(api: KubernetesApi, group: str) -> dict[str, tuple[str, bool]]:
    """The kinds of a group: how the API calls them, and whether they live in namespaces."""
    resources = api.request("GET", group)["resources"]
    return {each["kind"]: (each["name"], each["namespaced"]) for each in resources if "/" not in each["name"]}
