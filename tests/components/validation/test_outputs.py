"""The outputs that a component declares are the outputs that it registers."""

import pulumi

from moorings.validation.args import Args
from moorings.validation.outputs import register_declared_outputs


class Description(Args):
    """A model that describes a component to others."""

    name: str


class Example(pulumi.ComponentResource):
    """A component that keeps what it registers."""

    topic_arn: str
    url: str | None
    description: Description

    def __init__(self, name):
        super().__init__("test:index:Example", name)
        self.topic_arn, self.url, self.description = "arn", None, Description(name=name)
        self.internal = "not declared"
        register_declared_outputs(self)

    def register_outputs(self, outputs):
        self.registered = outputs


def test_declared_outputs_are_registered_without_models(deploy):
    examples = []
    deploy(lambda: examples.append(Example("example")))
    assert examples[0].registered == {"topicArn": "arn", "url": None}
