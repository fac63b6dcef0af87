"""What kPow does not take, on whatever platform it runs. Plain functions and data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from moorings.apps.kpow_acls import Action
from moorings.apps.kpow_settings import LICENSE_KEYS, LIVE, PORT, REPLICATION_FACTOR, Marketplace, StreamsErrorStrategy
from moorings.apps.kpow_size import HEAP_PERCENT

OWN: Mapping[str, str] = MappingProxyType(
    {
        r"BOOTSTRAP|SECURITY_PROTOCOL|SASL_(?:MECHANISM|JAAS_CONFIG|CLIENT_CALLBACK_HANDLER_CLASS)": "kafka",
        r"ENVIRONMENT_NAME": "environment_name",
        r"SCHEMA_REGISTRY_(?:URL|NAME|AUTH|USER|PASSWORD)": "schema_registry",
        r"CONNECT_(?:REST_URL|NAME|AUTH|BASIC_AUTH_USER|BASIC_AUTH_PASS)": "connect",
        r"LICENSE(?:E|_ID|_CODE|_EXPIRY|_SIGNATURE|_CREDITS)": "license or license_secret",
        r"ALLOW_(?!UI_ANALYTICS).*": "allow",
        r"REPLICATION_FACTOR": "replication_factor",
        r"NUM_PARTITIONS": "num_partitions",
        r"STREAMS_ERROR_STRATEGY": "streams_error_strategy",
        r"AUTH_PROVIDER_TYPE": "auth_provider",
        r"RBAC_CONFIGURATION_FILE": "rbac_configuration_file",
        r"DATA_POLICY_CONFIGURATION_FILE": "data_policy_configuration_file",
        r"PROMETHEUS_EGRESS": "prometheus",
        r"JAVA_TOOL_OPTIONS": "java_options",
    }
)
"""Variables that an argument sets, and which."""

FIXED: Mapping[str, str] = MappingProxyType(
    {
        "PORT": f"kPow listens on {PORT}, which its health checks and rules count on",
        "JVM_OPTS": "the image sets its heap and its temporary files with it; add java_options instead",
    }
)
"""Variables that nothing sets, and why."""

_HEAP = re.compile(r"-Xm[sx].*|-XX:(?:Initial|Max|Min)RAMPercentage=.*|-XX:(?:Initial|Max)HeapSize=.*")


def replication(bootstrap_servers: str, brokers: int | None, asked: int | None) -> int:
    """Replicas of kPow's own topics.

    Args:
        bootstrap_servers: of the first cluster. Where several are named, there are at least so many brokers; a single
            name may stand for any number.
        brokers: how many brokers there are, if that is said.
        asked: how many replicas are asked for; as many as the vendor advises, or as there are brokers, by default.

    Raises:
        ValueError: for more replicas than brokers: Kafka would refuse the topics, and kPow would not start.

    """
    named = len(bootstrap_servers.split(","))
    known = brokers if brokers is not None else (named if named > 1 else None)
    if brokers is not None and brokers < named:
        raise ValueError(f"brokers is {brokers}, and kafka names {named} of them; count again")
    if asked is None:
        return min(REPLICATION_FACTOR, known or REPLICATION_FACTOR)
    if known is not None and asked > known:
        more = "" if brokers is not None else ", or say with brokers how many there are"
        raise ValueError(
            f"replication_factor {asked} is more than the {known} brokers of the cluster; take {known} at most{more}"
        )
    return asked


def restarted(strategy: StreamsErrorStrategy, *, checked: bool) -> None:
    """Check that something restarts kPow once its streams have failed, which nothing else mends.

    Args:
        strategy: what kPow does by itself.
        checked: whether the platform asks ``/healthy`` and restarts kPow if the answer is no.

    Raises:
        ValueError: if nothing does.

    Source: https://docs.kpow.io/installation/deployment-notes
    """
    if checked:
        return
    then = {
        "LOG_EXCEPTION": "kPow would stay without a user interface once its streams have failed",
        "LOG_AND_EXIT": "kPow exits when its streams fail, and whatever else goes wrong would stay unseen",
    }
    raise ValueError(
        f"streams_error_strategy {strategy} needs a check that restarts kPow, and nothing asks {LIVE}: "
        f"{then[strategy]}; let a health check ask {LIVE}"
    )


def java_flags(options: list[str]) -> list[str]:
    """Options of Java, if the image does not override them.

    Raises:
        ValueError: for those that set the heap, which the image does after them.

    """
    heap = [each for each in options if _HEAP.fullmatch(each)]
    if heap:
        raise ValueError(
            f"{', '.join(heap)} would do nothing, as the image sets the heap to {HEAP_PERCENT} percent of the memory "
            "afterwards; give memory_mib instead"
        )
    return options


def free(names: Iterable[str]) -> None:
    """Check that variables are up to the user, and not set by an argument.

    Raises:
        ValueError: for those that are not.

    """
    for name in names:
        if name in FIXED:
            raise ValueError(f"{name} is not yours to set: {FIXED[name]}")
        for pattern, argument in OWN.items():
            if re.fullmatch(f"(?:{pattern})(?:_[0-9]+)?", name):
                raise ValueError(f"{name} is what {argument} sets; give it there")


def whole_license(keys: Iterable[str]) -> None:
    """Check that a license is complete.

    Raises:
        ValueError: for one that is not; the values are not in the message.

    """
    missing = [key for key in LICENSE_KEYS if key not in keys]
    if missing:
        raise ValueError(f"the license lacks {', '.join(missing)}; copy every line of it that the vendor sent")


def of_the_plan(image: str, plan: Marketplace | None) -> str:
    """An image, if it is not that of another plan of the marketplace."""
    found = re.search(r"/kpow-(hourly|annual)(?:[:@]|$)", image)
    if found and plan is not None and found[1] != plan:
        raise ValueError(
            f"image {image} is that of the plan {found[1]!r}, and marketplace says {plan!r}; make them agree"
        )
    return image


def roles(
    *, auth_provider: str | None, without_login: bool, rbac_configuration_file: str | None, allow: Sequence[Action]
) -> None:
    """Check that who may do what is said in one place, and that somebody asks who users are.

    Raises:
        ValueError: if not.

    Source: https://docs.kpow.io/authorization/role-based-access-control
    """
    if without_login and auth_provider is not None:
        raise ValueError(
            f"without_login says that nobody logs in, and auth_provider is {auth_provider!r}; leave one out"
        )
    if rbac_configuration_file is None:
        return
    if auth_provider is None:
        raise ValueError("rbac_configuration_file speaks of users' roles, and nobody logs in; give auth_provider")
    if allow:
        raise ValueError(
            f"allow names {', '.join(allow)}, which rbac_configuration_file makes kPow pass over; say it in that file, "
            "and leave allow out"
        )
