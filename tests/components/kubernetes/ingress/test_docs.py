"""The tables of the guide are those of the package."""

import re
from pathlib import Path

from moorings.kubernetes.ingress.capabilities import CAPABILITIES, FIELDS

GUIDE = Path(__file__).parents[4] / "docs" / "sticky-sessions.md"
JOINED = {"class": "its class", "gateway": "a Gateway", "service": "is a Service"}
NEEDS = {"experimental_channel": "experimental channel", "nginx_plus": "NGINX Plus"}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def controllers():
    rows = [
        [
            f"`{name}`",
            f"[{each.title}]({each.source})",
            JOINED[each.attached],
            ", ".join(f"`{way}`" for way in sorted(each.tls)) or "ends elsewhere",
            "on the Service" if each.annotates_service else "",
            "yes" if each.closes else "",
            each.retired and "**retired**",
        ]
        for name, each in CAPABILITIES.items()
    ]
    return table(["`controller`", "what it is", "joined by", "TLS", "annotations", "`closed_paths`", ""], rows)


def cell(name, how, mode, field):
    if field in how.sets:
        low, high = {"lifetime_seconds": how.lifetime, "websocket_idle_seconds": how.idle}.get(field, (0, 0))
        return f"{low} to {high}" if (low, high) not in {(0, 0), (0, 34560000), (1, 86400)} else "yes"
    if mode == "application" and field == "cookie_name":
        return "yes"
    elsewhere = CAPABILITIES[name].idle_elsewhere
    if field == "websocket_idle_seconds" and elsewhere:
        return f"{elsewhere[0]}, by {elsewhere[1]}"
    if field not in how.fixed:
        return "-"
    value = how.fixed[field]
    if field == "lifetime_seconds":
        return "the browser's"
    return f"`{value}`" if isinstance(value, str) and value else {True: "always", 0: "never"}.get(value, "never")


def fields():
    rows = [
        [f"`{name}`", mode, *(cell(name, how, mode, field) for field in FIELDS)]
        for name, each in CAPABILITIES.items()
        for mode, how in each.mechanisms.items()
    ]
    return table(["`controller`", "", *(f"`{field}`" for field in FIELDS)], rows)


def places():
    rows = [
        [f"`{name}`", mode, how.where, ", ".join(NEEDS[need] for need in sorted(how.needs)), how.loses]
        for name, each in CAPABILITIES.items()
        for mode, how in each.mechanisms.items()
    ]
    return table(["`controller`", "", "written to", "needs", "what is weaker"], rows)


def filled(text):
    made = {"controllers": controllers, "fields": fields, "places": places}
    return re.sub(
        r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n{made[found[2]]()}\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


def test_the_guide_has_the_tables_of_the_package(request):
    text = GUIDE.read_text("utf-8")
    if request.config.getoption("--update-golden"):
        GUIDE.write_text(filled(text), "utf-8")
        text = GUIDE.read_text("utf-8")
    assert text.count("<!-- table:") == 3
    assert text == filled(text), "docs/sticky-sessions.md has changed: run pytest --update-golden"
