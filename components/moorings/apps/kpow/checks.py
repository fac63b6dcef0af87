"""What kPow does not take, on whatever platform it runs. Plain functions and data."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from moorings.apps.kpow.acls import KpowAction
from moorings.apps.kpow.environment_variables import (
    LICENSE_KEYS,
    LIVE,
    PORT,
    REPLICATION_FACTOR,
    Marketplace,
    StreamsErrorStrategy,
)
from moorings.apps.kpow.sizing import HEAP_PERCENT
from moorings.validation.plaintext import find_secret, plaintext_problem

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
        r"ENABLE_HTTPS": "https",
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

_OF_A_PLAN = re.compile(r"/kpow-(hourly|annual)(?:[:@]|$)")
_SOLD = re.compile(r"/factor-house/kpow-(hourly|annual)(?:[:@]|$)")
_LICENSED = re.compile(r"(?:^|/)(?:factorhouse|operatr)/kpow(?:-[ce]e)?(?:[:@]|$)")
"""Images of the marketplace, and those of Docker Hub, also in a copy that keeps the vendor's name.

Sources: https://docs.kpow.io/installation/aws-marketplace and https://hub.docker.com/u/factorhouse
"""

_OPENSHIFT = re.compile(r":[\w.-]*\bubi")
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


def one_license(**ways: object) -> None:
    """Check that one way is given in which kPow gets its license, by the names of the arguments.

    Raises:
        ValueError: for none, and for more than one.

    """
    given = [name for name, value in ways.items() if value]
    if len(given) != 1:
        *others, last = ways
        raise ValueError(f"kPow has exactly one of {', '.join(others)} and {last}, not {' and '.join(given) or 'none'}")


def whole_license(keys: Iterable[str]) -> None:
    """Check that a license is complete.

    Raises:
        ValueError: for one that is not; the values are not in the message.

    """
    missing = [key for key in LICENSE_KEYS if key not in keys]
    if missing:
        raise ValueError(f"the license lacks {', '.join(missing)}; copy every line of it that the vendor sent")


def of_the_plan(image: str, plan: Marketplace | None) -> str:
    """An image, if whoever bills it is whom ``marketplace`` says. One of an unknown name may be a copy of any.

    Raises:
        ValueError: for an image that would start without the right to run.

    Source: https://docs.kpow.io/installation/aws-marketplace
    """
    named = _OF_A_PLAN.search(image)
    if named and plan is not None and named[1] != plan:
        raise ValueError(
            f"image {image} is that of the plan {named[1]!r}, and marketplace says {plan!r}; make them agree"
        )
    sold = _SOLD.search(image)
    if sold and plan is None:
        raise ValueError(
            f"image {image} is that of AWS Marketplace, which takes no license and wants the right to ask for one; say "
            f"marketplace={sold[1]!r}, and give no license"
        )
    if plan is not None and _LICENSED.search(image):
        raise ValueError(
            f"image {image} runs with a license alone, and marketplace says {plan!r}; give the license instead, or the "
            "image of AWS Marketplace"
        )
    return image


def built_for(image: str, cpu_architecture: str) -> str:
    """An image, if it is built for the processor. Those for OpenShift are for one alone.

    Raises:
        ValueError: for one that is not, which would not start.

    """
    if cpu_architecture == "ARM64" and _OPENSHIFT.search(image):
        raise ValueError(f"image {image} is built for X86_64 alone; take another, or leave cpu_architecture out")
    return image


def open_options(options: Sequence[str]) -> None:
    """Check that no option of Java is a secret, as everybody may read them who may describe the task or the pod.

    Raises:
        ValueError: for one that is; it is not in the message.

    Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
    """
    for index, option in enumerate(options):
        secret = find_secret(option)
        if secret:
            fix = "move it to JDK_JAVA_OPTIONS in secret_environment, which Java reads as well"
            raise ValueError(plaintext_problem(f"java_options[{index}]", secret, fix))


def serverless(bootstrap_servers: str, *, number: int, given: Collection[str], num_partitions: int) -> str:
    """Brokers, if they are no MSK Serverless, or kPow is told of it.

    Args:
        bootstrap_servers: the brokers.
        number: which of kPow's clusters they are, from 1; the first holds kPow's own topics.
        given: names of the variables that are given.
        num_partitions: partitions of kPow's own topics.

    Raises:
        ValueError: for MSK Serverless that kPow would take for a cluster with brokers.

    Source: https://docs.kpow.io/config/kafka-cluster
    """
    if ".kafka-serverless." not in bootstrap_servers:
        return bootstrap_servers
    suffix = "" if number == 1 else f"_{number}"
    lacking = [
        f"{name}{suffix} in environment{value}"
        for name, value in (("KAFKA_VARIANT", " (MSK_SERVERLESS)"), ("CLUSTER_ID", ""))
        if f"{name}{suffix}" not in given
    ]
    if number == 1 and num_partitions != 1:
        lacking.append("num_partitions=1")
    if lacking:
        raise ValueError(
            f"{bootstrap_servers} is MSK Serverless, which kPow must be told of; give {' and '.join(lacking)}"
        )
    return bootstrap_servers


def asked_over(scheme: str, *, https: bool, what: str) -> None:
    """Check that a check speaks what kPow serves.

    Raises:
        ValueError: if not, as no check would ever succeed.

    Source: https://docs.kpow.io/features/https-connections
    """
    served = "HTTPS" if https else "HTTP"
    if scheme != served:
        raise ValueError(
            f"{what} speaks {scheme}, and kPow serves {served}, as https is {https}: no check would succeed; make them "
            "agree"
        )


def roles(
    *, auth_provider: str | None, without_login: bool, rbac_configuration_file: str | None, allow: Sequence[KpowAction]
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
