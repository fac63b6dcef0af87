"""Name resolution of pods: DNS settings and entries of ``/etc/hosts``.

Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config
"""

from ipaddress import ip_address
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from moorings.kubernetes.names import Subdomain
from moorings.validation.args import Args
from moorings.validation.argument_rules import FORMAT
from moorings.validation.inputs import Input
from moorings.validation.rules import Violation

MAX_NAMESERVERS = 3
MAX_SEARCHES = 32


def _check_address(address: str) -> str:
    try:
        ip_address(address)
    except ValueError:
        raise Violation(FORMAT, f"expected an IPv4 or IPv6 address, such as 10.0.0.10, got {address!r}") from None
    return address


IpAddress = Annotated[str, AfterValidator(_check_address)]
"""An IPv4 or IPv6 address."""


class PodDns(Args):
    """DNS settings of pods, in addition to those of the cluster."""

    policy: Literal["ClusterFirst", "Default", "None"] = "ClusterFirst"
    """``ClusterFirst`` resolves names with the cluster's DNS, ``Default`` with that of the node, and ``None`` only with
    ``nameservers``. Defaults to ``ClusterFirst``."""

    nameservers: Annotated[list[Input[IpAddress]], Field(max_length=MAX_NAMESERVERS)] = []
    """Addresses of further DNS servers, at most three."""

    searches: Annotated[list[Subdomain], Field(max_length=MAX_SEARCHES)] = []
    """Further search domains (``["corp.example"]``), at most 32."""

    options: dict[str, str] = {}
    """Options of the resolver by name, with an empty value for those without one
    (``{"ndots": "2", "single-request-reopen": ""}``)."""

    @property
    def has_nameservers(self) -> bool:
        """Whether further DNS servers are set."""
        return bool(self.nameservers)

    @property
    def config(self) -> dict[str, Any]:
        """The settings as a ``PodDNSConfig`` of the Kubernetes API."""
        options = [{"name": name, **({"value": value} if value else {})} for name, value in self.options.items()]
        fields: dict[str, Any] = {"nameservers": self.nameservers, "searches": self.searches, "options": options}
        return {name: values for name, values in fields.items() if values}
