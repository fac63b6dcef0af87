"""Where a provider makes things is asked once."""

import pulumi
import pulumi_aws as aws
from pulumi.runtime import settings

from moorings.aws import context as place
from moorings.aws.context import AwsContext, aws_context
from moorings.preview.program import StackContext, run
from moorings.preview.recorder import RecordingMonitor


class Holder(pulumi.ComponentResource):
    """A component that asks where it is."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Holder", name, {}, opts)
        self.place = aws_context(self)


def test_it_is_asked_once_for_each_provider(monkeypatch):
    asked, invoke = [], RecordingMonitor.Invoke
    monkeypatch.setattr(
        RecordingMonitor, "Invoke", lambda self, request: (asked.append(request.tok), invoke(self, request))[1]
    )

    def program():
        away = aws.Provider("away", region="us-gov-west-1")
        holders = [Holder("a"), Holder("b"), *(Holder(name, pulumi.ResourceOptions(provider=away)) for name in "cd")]
        pulumi.export("places", [holder.place.apply(vars) for holder in holders])

    plan = run(program, StackContext("moorings", "test"), known=True)
    here = vars(AwsContext("aws", "amazonaws.com", "eu-west-1", "123456789012"))
    there = here | {"partition": "aws-us-gov", "region": "us-gov-west-1"}
    assert plan.outputs["places"] == [here, here, there, there]
    assert len(asked) == 6


def test_another_program_asks_anew():
    for region in ("eu-west-1", "eu-central-1"):
        setting = StackContext("moorings", "test", config={"aws:region": region})
        plan = run(lambda: pulumi.export("region", Holder("a").place.region), setting, known=True)
        assert plan.outputs["region"] == region


def test_nothing_is_kept_of_a_program():
    run(lambda: Holder("a"), StackContext("moorings", "test"), known=True)
    assert place._asked.get() is None


def test_without_a_stack_each_asks_for_itself():
    def program():
        stack = settings.ROOT.get()
        settings.ROOT.set(None)
        first, second = Holder("a"), Holder("b")
        settings.ROOT.set(stack)
        assert first.place is not second.place
        pulumi.export("region", second.place.region)

    assert run(program, StackContext("moorings", "test"), known=True).outputs["region"] == "eu-west-1"
