"""The graph of components, and its picture."""

import pytest
from plans import COMPONENT, KEY, plan, resource

from moorings.preview.component_graph import build_graph
from moorings.preview.mermaid import MAX_NODES, render_graph
from moorings.preview.plan import Plan, Step

USER = resource("user", "moorings:index:MskScramUser", custom=False)
SECRET = resource(
    "secret", "aws:secretsmanager/secret:Secret", parent=USER.urn, dependencies=[KEY.urn, "urn:elsewhere"]
)


def test_a_component_depends_on_the_components_of_its_resources():
    graph = build_graph(plan(COMPONENT, KEY, USER, SECRET))
    assert {urn: (node.changes, node.depends_on) for urn, node in graph.items()} == {
        COMPONENT.urn: ({"create": 1}, set()),
        USER.urn: ({"create": 1}, {COMPONENT.urn}),
    }


def test_a_resource_that_claims_to_be_its_own_ancestor_is_a_node():
    loop = resource("loop", parent=resource("loop").urn)
    assert list(build_graph(plan(loop))) == [loop.urn]


def test_picture():
    steps = [Step("same", COMPONENT), Step("replace", KEY), Step("same", USER), Step("same", SECRET)]
    assert render_graph(Plan("dev", steps, offline=False)) == (
        "graph LR\n"
        '  n0["EncryptionKey box<br/>+-1"]\n'
        "  style n0 stroke:#8250df,stroke-width:3px\n"
        '  n1["MskScramUser user"]\n'
        "  n1 --> n0\n"
    )


@pytest.mark.parametrize("count", [0, 1, MAX_NODES + 1])
def test_too_few_or_too_many_components_have_no_picture(count):
    assert not render_graph(plan(*[resource(f"r{index}") for index in range(count)]))


def test_names_cannot_change_the_picture():
    hostile = resource('a"]; click n0 "javascript:x" <img> @me `#', "a:b:T")
    long = resource("x" * 100)
    picture = render_graph(plan(hostile, long))
    assert '["T a??? click n0 ?javascript:x? ?img? ?me ??<br/>+1"]' in picture
    assert f"{'x' * 50}" in picture
    assert "x" * 60 not in picture
