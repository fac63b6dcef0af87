"""Client of a Kubernetes API server with strict validation."""

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
"""Default timeout in seconds, sufficient for two shared cores."""


class RejectedError(Exception):
    """The API server rejected a request, or returned a warning, which has the code 299."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(f"{code} {reason}: {message}")
        self.code = code
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class KubernetesApi:
    """An API server and the token of an administrator.

    Unknown fields and warnings are errors: warnings report pods of a workload that would be rejected, and deprecated
    APIs.
    """

    url: str
    token: str = field(repr=False)
    ca: Path

    def apply(self, thing: Mapping[str, Any], *, dry_run: bool = False, manager: str = "tests") -> Object:
        """Create or update an object with server-side apply."""
        query = {"fieldManager": manager, "force": "true", **_judged(dry_run)}
        return self.request("PATCH", self.path(thing), thing, query, content_type="application/apply-patch+yaml")

    def create(self, thing: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Create an object."""
        return self.request(
            "POST", self.path({**thing, "metadata": {**thing["metadata"], "name": ""}}), thing, _judged(dry_run)
        )

    def get(self, thing: Mapping[str, Any]) -> Object:
        """Read an object of a kind and name."""
        return self.request("GET", self.path(thing))

    def list(self, api_version: str, kind: str, namespace: str = "", *, labels: str = "") -> list[Object]:
        """Read all objects of a kind."""
        listed = self.request("GET", self._collection(api_version, kind, namespace), query={"labelSelector": labels})
        # The items of a list do not repeat apiVersion and kind.
        return [{"apiVersion": api_version, "kind": kind, **item} for item in listed["items"]]

    def delete(self, thing: Mapping[str, Any]) -> None:
        """Delete an object and its dependents."""
        self.request(
            "DELETE", self.path(thing), {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
        )

    def evict(self, pod: Mapping[str, Any]) -> None:
        """Evict a pod, as a drain does.

        Raises:
            RejectedError: A disruption budget forbids it (429).
        """
        names = {key: pod["metadata"][key] for key in ("name", "namespace")}
        self.request(
            "POST", f"{self.path(pod)}/eviction", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": names}
        )

    def watch(
        self, api_version: str, kind: str, namespace: str = "", *, seconds: float = PATIENCE
    ) -> Iterator[tuple[str, Object]]:
        """Yield existing objects as ADDED, and then each change, until the timeout."""
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
                except requests.ConnectionError:  # no event before the timeout
                    return
                if line is None:
                    return
                event = json.loads(line)
                yield event["type"], event["object"]

    def wait(
        self, thing: Mapping[str, Any], condition: Callable[[Object], object], *, seconds: float = PATIENCE
    ) -> Object:
        """Watch an object until a condition is true.

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
        """Create a namespace with a Pod Security level, which is enforced for pods and reported for workloads."""
        levels = {f"pod-security.kubernetes.io/{mode}": pod_security for mode in ("enforce", "warn")}
        name = f"test-{secrets.token_hex(4)}"
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": levels}})
        return name

    def path(self, thing: Mapping[str, Any]) -> str:
        """The path of an object in the API."""
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
            RejectedError: It was refused, or let pass with a warning.
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
        result: Object = answer.json()
        if warning := answer.headers.get("Warning"):
            raise RejectedError(_WARNED, "Warning", warning)
        return result

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}

    def _collection(self, api_version: str, kind: str, namespace: str) -> str:
        group = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            plural, namespaced = _kinds(self, group)[kind]
        except KeyError:
            raise RejectedError(404, "NotFound", f"{api_version} has no kind {kind}") from None
        return f"{group}/namespaces/{namespace}/{plural}" if namespaced and namespace else f"{group}/{plural}"


def _refusal(answer: requests.Response) -> RejectedError:
    try:
        status = answer.json()
    except requests.JSONDecodeError:  # the server responds in plain text if a path does not exist yet
        return RejectedError(answer.status_code, answer.reason, answer.text.strip())
    return RejectedError(answer.status_code, status.get("reason", ""), status.get("message", ""))


def _judged(dry_run: bool) -> dict[str, str]:
    return {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}


@cache
def _kinds(api: KubernetesApi, group: str) -> dict[str, tuple[str, bool]]:
    """The kinds of a group: their plural, and whether they are namespaced."""
    resources = api.request("GET", group)["resources"]
    return {each["kind"]: (each["name"], each["namespaced"]) for each in resources if "/" not in each["name"]}
