"""Priorities and routes that services claim at a listener."""

from moorings.ecs.listener_claims import claim, identify_listener


def test_the_first_service_keeps_what_it_claims(deploy):
    found = []

    def program():
        parts = [("priority", 700), ("route", "*", "/orders")]
        found.extend(
            [
                claim("orders", parts, "listener"),
                claim("orders", parts, "listener"),
                claim("billing", [*parts[:1], ("priority", 701)], "listener"),
                claim("billing", parts, "other listener"),
                claim("search", [("priority", 701)], "listener"),
            ]
        )

    deploy(program)
    assert found == [{}, {}, {("priority", 700): "orders"}, {}, {("priority", 701): "billing"}]


def test_nothing_is_claimed_at_an_unknown_listener(deploy):
    def program():
        for owner in ("orders", "billing"):
            assert claim(owner, [("priority", 700)], None) == {}

    deploy(program)


def test_plain_arns_identify_a_listener():
    assert identify_listener("arn:1") == "arn:1"
