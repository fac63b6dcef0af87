"""The tables in the guides to ingresses and sticky sessions are generated from the controllers."""

import importlib.util
import re
from pathlib import Path

import pytest

from moorings import WorkloadIngressArgs
from moorings.kubernetes.ingress.controllers import CONTROLLERS, get_controller
from moorings.kubernetes.ingress.ingress_controller import MAX_DURATION, POLICY_FIELDS

ROOT = Path(__file__).parents[4]
GUIDES = {
    "sticky-sessions.md": ["controllers", "fields", "settings"],
    "ingress.md": ["routes", "releases", "protocols"],
}
"""Guides and their tables."""

ATTACHMENTS = {"class": "ingress class", "gateway": "Gateway", "service": "Service"}
TLS = {"class": "", "gateway": "at the Gateway", "service": "in the pods"}
PREREQUISITES = {"experimental_channel": "experimental channel", "nginx_plus": "NGINX Plus"}
MECHANISMS = [
    (name, mode, mechanism) for name in CONTROLLERS for mode, mechanism in get_controller(name).mechanisms.items()
]


def load(path):
    """Load a module of another folder of tests, which may require programs that are not installed."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SESSION_TESTS = load(ROOT / "tests" / "sessions" / "verified_mechanisms.py")


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def controllers():
    rows = [
        [
            f"`{name}`",
            f"[{controller.title}]({controller.docs})",
            ATTACHMENTS[controller.attachment],
            ", ".join(f"`{argument}`" for argument in controller.tls_arguments) or TLS[controller.attachment],
            "on the Service" if controller.service_annotations else "",
            "yes" if "closed_paths" in controller.arguments else "",
            controller.retirement and "**retired**",
        ]
        for name, controller in ((name, get_controller(name)) for name in CONTROLLERS)
    ]
    return table(["`controller`", "product", "attached by", "TLS", "annotations", "`closed_paths`", "status"], rows)


def support(name, mode, mechanism, field):
    """How a mechanism supports a field of the policy."""
    external = get_controller(name).external_idle_timeout
    if field in mechanism.settable:
        low, high = {
            "lifetime_seconds": mechanism.lifetime_range,
            "websocket_idle_timeout_seconds": mechanism.idle_timeout_range,
        }.get(field, (0, 0))
        return "yes" if (low, high) in {(0, 0), (0, MAX_DURATION), (1, MAX_DURATION)} else f"{low} to {high}"
    if mode == "application" and field == "cookie_name":
        return "yes"
    if field == "websocket_idle_timeout_seconds" and external:
        return f"{external[0]}, set by {external[1]}"
    if field not in mechanism.fixed:
        return "-"
    value = mechanism.fixed[field]
    if field == "lifetime_seconds":
        return "session cookie"
    return f"`{value}`" if isinstance(value, str) and value else ("always" if value else "never")


def fields():
    rows = [
        [f"`{name}`", mode, *(support(name, mode, mechanism, field) for field in POLICY_FIELDS)]
        for name, mode, mechanism in MECHANISMS
    ]
    return table(["`controller`", "mode", *(f"`{field}`" for field in POLICY_FIELDS)], rows)


def prerequisites(mechanism):
    """Features of the cluster and the release of the controller that a mechanism requires."""
    features = [PREREQUISITES[prerequisite] for prerequisite in sorted(mechanism.prerequisites)]
    if mechanism.release:
        unless = f" or {PREREQUISITES[mechanism.release_unless]}" if mechanism.release_unless else ""
        features.append(f"release {mechanism.release}{unless}")
    features += [f"release {first} for `{field}`" for field, (first, _) in mechanism.field_releases.items() if first]
    return features


def settings():
    rows = [
        [
            f"`{name}`",
            mode,
            mechanism.setting,
            ", ".join(prerequisites(mechanism)),
            mechanism.drawback,
            verified_with(name, mode),
        ]
        for name, mode, mechanism in MECHANISMS
    ]
    return table(["`controller`", "mode", "setting", "prerequisites", "drawback", "verified with"], rows)


def verified_with(name, mode):
    """The proxy with which the session tests verify a mode, or the documentation of its vendor."""
    return SESSION_TESTS.proxy_of(name, mode) or "documentation"


def routes():
    features = ("weights", "rewrite_prefix", "redirect")
    rows = [
        [f"`{name}`", *("yes" if feature in get_controller(name).arguments else "-" for feature in features)]
        for name in CONTROLLERS
        if "routes" in get_controller(name).arguments
    ]
    return table(["`controller`", "weights", "rewrites", "redirects"], rows)


def protocols():
    rows = [
        [
            f"`{name}`",
            ", ".join(controller.backend_protocols),
            "`appProtocol` of the Service" if controller.reads_app_protocol else "",
        ]
        for name, controller in ((name, get_controller(name)) for name in CONTROLLERS)
        if controller.attachment != "service"
    ]
    return table(["`controller`", "`backend_protocol`", "set by"], rows)


def releases():
    rows: list[list[str]] = []
    for name in CONTROLLERS:
        controller = get_controller(name)
        if not controller.docs.startswith("https://kubernetes.io"):
            rows.append([f"`{name}`", controller.minimum_release or "not known", ", ".join(newer_releases(controller))])
    return table(["`controller`", "minimum release", "newer releases"], rows)


def newer_releases(controller):
    """First releases of what the minimum release does not support."""
    newer = {f"`{feature}`": first for feature, first in controller.feature_releases.items()}
    for mode, mechanism in controller.mechanisms.items():
        newer |= {f"`{field}`": first for field, (first, _) in mechanism.field_releases.items() if first}
        if mechanism.release:
            unless = f" (not with {PREREQUISITES[mechanism.release_unless]})" if mechanism.release_unless else ""
            newer[f"session affinity `{mode}`{unless}"] = mechanism.release
    return [f"{feature}: {first}" for feature, first in newer.items()]


TABLES = {
    "releases": releases,
    "protocols": protocols,
    "controllers": controllers,
    "fields": fields,
    "settings": settings,
    "routes": routes,
}


def with_tables(text):
    return re.sub(
        r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)",
        lambda match: f"{match[1]}\n{TABLES[match[2]]()}\n{match[3]}",
        text,
        flags=re.DOTALL,
    )


@pytest.mark.parametrize("name", GUIDES)
def test_the_tables_of_the_guide_are_up_to_date(request, name):
    guide = ROOT / "docs" / name
    text = guide.read_text("utf-8")
    if request.config.getoption("--update-golden"):
        guide.write_text(with_tables(text), "utf-8")
        text = guide.read_text("utf-8")
    assert re.findall(r"<!-- table: (\w+) -->", text) == GUIDES[name]
    assert text == with_tables(text), f"docs/{name} is outdated: run pytest --update-golden"


def test_the_guide_lists_the_effect_of_changing_each_argument(check_changes_table):
    check_changes_table("sticky-sessions.md", WorkloadIngressArgs)


def test_every_verified_mechanism_exists():
    verified = {(name, mode) for (_, mode), names in SESSION_TESTS.VERIFIED_CONTROLLERS.items() for name in names}
    assert verified <= {(name, mode) for name, mode, _ in MECHANISMS}
