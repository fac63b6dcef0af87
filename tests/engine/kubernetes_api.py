"""Client of a Kubernetes API server with strict validation."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import requests

Object = dict[str, Any]

_WARNING_CODE = 299
DEFAULT_TIMEOUT = 120.0
"""Seconds to wait for a server or an object. Sufficient on two shared cores."""


class RejectedError(Exception):
    """The API server rejected a request, or returned a warning (code 299)."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(f"{code} {reason}: {message}")
        self.code = code
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class KubernetesApi:
    """A client with the permissions of an administrator.

    Unknown fields and warnings are errors. The server warns about deprecated APIs, and about workloads whose pods
    it would reject.
    """

    url: str
    token: str = field(repr=False)
    ca: Path

    def apply(
        self, object_: Mapping[str, Any], *, dry_run: bool = False, manager: str = "tests", force: bool = True
    ) -> Object:
        """Create or update an object with server-side apply. With force, fields of other managers are taken over."""
        query = {"fieldManager": manager, "force": str(force).lower(), **_query(dry_run)}
        return self.request("PATCH", self.path(object_), object_, query, content_type="application/apply-patch+yaml")

    def create(self, object_: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Create an object."""
        return self.request(
            "POST", self.path({**object_, "metadata": {**object_["metadata"], "name": ""}}), object_, _query(dry_run)
        )

    def get(self, object_: Mapping[str, Any]) -> Object:
        """Read the object with this kind, namespace and name."""
        return self.request("GET", self.path(object_))

    def list(self, api_version: str, kind: str, namespace: str = "", *, labels: str = "") -> list[Object]:
        """Read all objects of a kind, including deprecated ones such as Endpoints."""
        listed = self.request(
            "GET",
            self._collection(api_version, kind, namespace),
            query={"labelSelector": labels},
            reject_warnings=False,
        )
        # The items of a list do not repeat apiVersion and kind.
        return [{"apiVersion": api_version, "kind": kind, **item} for item in listed["items"]]

    def delete(self, object_: Mapping[str, Any], *, propagation_policy: str = "Background") -> None:
        """Delete an object and its dependents, or only itself with the policy ``Orphan``."""
        self.request(
            "DELETE",
            self.path(object_),
            {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation_policy},
        )

    def evict(self, pod: Mapping[str, Any]) -> None:
        """Evict a pod, as a drain does.

        Raises:
            RejectedError: a disruption budget does not allow it (429).
        """
        names = {key: pod["metadata"][key] for key in ("name", "namespace")}
        self.request(
            "POST", f"{self.path(pod)}/eviction", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": names}
        )

    def watch(
        self, api_version: str, kind: str, namespace: str = "", *, seconds: float = DEFAULT_TIMEOUT
    ) -> Iterator[tuple[str, Object]]:
        """Yield existing objects as ``ADDED``, and then each change, until the timeout."""
        end = time.monotonic() + seconds
        query = {"watch": "true", "timeoutSeconds": str(int(seconds) + 1)}
        url = self.url + self._collection(api_version, kind, namespace)
        with requests.get(
            url, params=query, headers=self._headers(), verify=str(self.ca), stream=True, timeout=seconds
        ) as response:
            response.raise_for_status()
            lines = response.iter_lines()
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
        self, object_: Mapping[str, Any], condition: Callable[[Object], object], *, seconds: float = DEFAULT_TIMEOUT
    ) -> Object:
        """Watch an object until a condition is true.

        Raises:
            TimeoutError: the condition was not true in time. The message contains the last status.
        """
        name, namespace = object_["metadata"]["name"], object_["metadata"].get("namespace", "")
        last_observed: Object = {}
        for type_, observed in self.watch(object_["apiVersion"], object_["kind"], namespace, seconds=seconds):
            if observed["metadata"]["name"] == name:
                last_observed = observed
                if type_ != "DELETED" and condition(observed):
                    return observed
        raise TimeoutError(
            f"{object_['kind']} {name}: the condition was not true within {seconds:.0f} s, "
            f"status: {last_observed.get('status', 'not found')}"
        )

    def wait_for_deletion(self, object_: Mapping[str, Any], *, seconds: float = DEFAULT_TIMEOUT) -> None:
        """Watch an object that is being deleted until it does not exist.

        Raises:
            TimeoutError: the object still exists.
        """
        name, namespace = object_["metadata"]["name"], object_["metadata"].get("namespace", "")
        kind = object_["apiVersion"], object_["kind"], namespace
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if name not in {existing["metadata"]["name"] for existing in self.list(*kind)}:
                return
            # A short watch, because the object may have been deleted just before it.
            for type_, observed in self.watch(*kind, seconds=2):
                if type_ == "DELETED" and observed["metadata"]["name"] == name:
                    return
        raise TimeoutError(f"{object_['kind']} {name} was not deleted within {seconds:.0f} s")

    def namespace(self, pod_security: str = "restricted") -> str:
        """Create a namespace that enforces a Pod Security level for pods, and warns about workloads."""
        levels = {f"pod-security.kubernetes.io/{mode}": pod_security for mode in ("enforce", "warn")}
        name = f"test-{secrets.token_hex(4)}"
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": levels}})
        return name

    def path(self, object_: Mapping[str, Any]) -> str:
        """The path of an object in the API."""
        metadata = object_["metadata"]
        collection = self._collection(object_["apiVersion"], object_["kind"], metadata.get("namespace", ""))
        return f"{collection}/{metadata['name']}".rstrip("/")

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        query: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        *,
        reject_warnings: bool = True,
    ) -> Object:
        """Send a request.

        Raises:
            RejectedError: the server rejected it, or returned a warning.
        """
        response = requests.request(
            method,
            self.url + path,
            params=query,
            data=None if body is None else json.dumps(body),
            headers={**self._headers(), "Content-Type": content_type},
            verify=str(self.ca),
            timeout=60,
        )
        if not response.ok:
            raise _rejection(response)
        result: Object = response.json()
        if reject_warnings and (warning := response.headers.get("Warning")):
            raise RejectedError(_WARNING_CODE, "Warning", warning)
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


def _rejection(response: requests.Response) -> RejectedError:
    try:
        status = response.json()
    except requests.JSONDecodeError:  # the response is plain text if the path does not exist
        return RejectedError(response.status_code, response.reason, response.text.strip())
    return RejectedError(response.status_code, status.get("reason", ""), status.get("message", ""))


def _query(dry_run: bool) -> dict[str, str]:
    return {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}


@cache
def _kinds(api: KubernetesApi, group: str) -> dict[str, tuple[str, bool]]:
    """The kinds of a group: their plural, and whether they are namespaced."""
    resources = api.request("GET", group)["resources"]
    return {
        resource["kind"]: (resource["name"], resource["namespaced"])
        for resource in resources
        if "/" not in resource["name"]
    }
