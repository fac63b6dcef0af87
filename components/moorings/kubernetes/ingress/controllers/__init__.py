"""Registry of the ingress controllers: one file each in this folder, which is loaded on first use."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any, Literal, get_args

from moorings.kubernetes.ingress.ingress_controller import IngressController

Controller = Literal[
    "ingress-nginx",
    "aws-ingress",
    "aws-gateway",
    "aws-nlb",
    "traefik-ingress",
    "traefik-crd",
    "traefik-gateway",
    "haproxy",
    "haproxy-ingress",
    "nginx-ingress",
    "nginx-virtualserver",
    "nginx-gateway-fabric",
    "gateway-api",
    "envoy-gateway",
    "kgateway",
    "istio",
    "service",
]
"""Names of the controllers. ``kgateway`` is defined in ``kgateway.py``, ``aws-nlb`` in ``aws_nlb.py``."""

CONTROLLERS: tuple[Controller, ...] = get_args(Controller)


@cache
def get_controller(name: Controller) -> IngressController:
    """Return the controller with a name."""
    controller: IngressController = import_module(f"{__name__}.{name.replace('-', '_')}").CONTROLLER
    return replace(controller, name=name)


def controller_rules() -> list[Any]:
    """Return the rule sets of the controllers that have rules of their own."""
    modules = (import_module(f"{__name__}.{name.replace('-', '_')}") for name in CONTROLLERS)
    return [module.RULES for module in modules if hasattr(module, "RULES")]


def controllers_where(condition: Callable[[IngressController], object]) -> list[str]:
    """Return the names of the controllers that meet a condition."""
    return [name for name in CONTROLLERS if condition(get_controller(name))]


def controllers_with_argument(argument: str) -> list[str]:
    """Return the names of the controllers that support an argument."""
    return controllers_where(lambda controller: argument in controller.arguments)


def controllers_with_field(field: str) -> list[str]:
    """Return the names of the controllers that can set a policy field, with the mode if it is not the default."""
    names: list[str] = []
    for name in CONTROLLERS:
        mechanisms = get_controller(name).mechanisms
        modes = [mode for mode, mechanism in mechanisms.items() if field in mechanism.settable]
        if modes:
            names.append(name if next(iter(mechanisms)) in modes else f"{name} ({modes[0]})")
    return names
