"""Checks across the arguments of `KpowOnFargate`."""

import re
from collections.abc import Iterator

from moorings.apps.kpow.fargate_args import KpowOnFargateArgs
from moorings.apps.kpow.license import check_image_license, license_problems
from moorings.apps.kpow.settings import LIVENESS_PATH, PORT, READINESS_PATH
from moorings.apps.kpow.sizing import missing_size
from moorings.apps.kpow.validation import check_liveness, check_scheme, raise_problems, settings_problems
from moorings.ecs.load_balancer_args import MAX_CLOSED_PATHS, SingletonLoadBalancer

OFFSETS_PATHS = ("/offsets", "/offsets/*")
"""Paths of the consumer offsets, which kPow serves without a login like ``/metrics``.

Source: https://docs.kpow.io/features/prometheus
"""

_OPENSHIFT_TAG = re.compile(r":[\w.-]*\bubi")


def check_fargate_args(component: str, args: KpowOnFargateArgs) -> None:
    """Check arguments that depend on each other.

    Args:
        component: label of the component in messages.
        args: the arguments.

    Raises:
        InvalidInput: with a line for each problem.

    """
    problems = [*settings_problems(args, args.secrets), *_check_license(args), *_check_health_check(args)]
    if args.load_balancer is not None:
        problems += _check_load_balancer(args, args.load_balancer)
    problems += missing_size(len(args.clusters), args.cpu, args.memory_mib)
    raise_problems(component, problems)


def _check_license(args: KpowOnFargateArgs) -> Iterator[str]:
    yield from license_problems(args.license, license_secret=args.license_secret, marketplace=args.marketplace)
    if args.license_secret is not None and args.license_secret.json_key is not None:
        yield "license_secret.json_key: not supported, because license_secret_keys lists the keys; remove it"
    if args.marketplace == "annual" and "marketplace" in args.task_policy_arns:
        yield "task_policy_arns: the name marketplace is reserved with marketplace='annual'; rename the policy"


def _check_health_check(args: KpowOnFargateArgs) -> Iterator[str]:
    if args.load_balancer is None:
        try:
            check_liveness(args.streams_error_strategy, checked=container_checks_liveness(args))
        except ValueError as error:
            yield str(error)
    for word in args.health_check.command if args.health_check is not None else []:
        if "://" in word and f":{PORT}/" in word:
            yield from check_scheme("health_check", "HTTPS" if "https://" in word else "HTTP", https=args.https)


def _check_load_balancer(args: KpowOnFargateArgs, load_balancer: SingletonLoadBalancer) -> Iterator[str]:
    yield from check_scheme("load_balancer.target_protocol", load_balancer.target_protocol, https=args.https)
    if load_balancer.health_check_port not in {None, PORT}:
        yield f"load_balancer.health_check_port: must be {PORT}, got {load_balancer.health_check_port}; remove it"
    closed_paths = paths_to_close(load_balancer)
    if len(closed_paths) > MAX_CLOSED_PATHS:
        added = len(closed_paths) - len(load_balancer.closed_paths)
        yield (
            f"load_balancer.closed_paths: must have at most {MAX_CLOSED_PATHS - added} paths, because "
            f"{' and '.join(OFFSETS_PATHS)} are closed with /metrics, got {len(load_balancer.closed_paths)}"
        )
    if load_balancer.login_by_application and args.auth_provider is None:
        yield "load_balancer.login_by_application: requires auth_provider, with which kPow logs users in"


def container_checks_liveness(args: KpowOnFargateArgs) -> bool:
    """Return whether the container health check requests ``/healthy``."""
    if args.health_check is None:
        return args.load_balancer is None
    return any(LIVENESS_PATH in word for word in args.health_check.command)


def paths_to_close(load_balancer: SingletonLoadBalancer) -> list[str]:
    """Return the paths that the load balancer closes: consumer offsets are closed together with metrics."""
    paths = list(load_balancer.closed_paths)
    if any(path.startswith("/metrics") for path in paths):
        paths += [path for path in OFFSETS_PATHS if path not in paths]
    return paths


def check_health_check_path(args: KpowOnFargateArgs, *, health_check_path: str) -> str:
    """Return the path of the load balancer's health check if kPow serves it and a health check restarts kPow.

    Raises:
        ValueError: for any other path, or if no health check requests ``/healthy``.

    """
    checked = container_checks_liveness(args) or health_check_path == LIVENESS_PATH
    check_liveness(args.streams_error_strategy, checked=checked)
    if health_check_path not in {LIVENESS_PATH, READINESS_PATH}:
        raise ValueError(
            f"load_balancer.health_check_path: must be {LIVENESS_PATH} or {READINESS_PATH}, got {health_check_path}"
        )
    return health_check_path


def check_image(args: KpowOnFargateArgs, *, image: str) -> str:
    """Return the image if it can run with the license and on the CPU architecture.

    Raises:
        ValueError: for any other image.

    """
    if args.cpu_architecture == "ARM64" and _OPENSHIFT_TAG.search(image):
        raise ValueError(f"image: {image} is built for X86_64 only; use another image, or remove cpu_architecture")
    return check_image_license(image, args.marketplace)
