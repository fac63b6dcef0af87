"""Partition, Region and account of a provider."""

import pulumi
import pulumi_aws as aws
from pulumi.runtime import settings

from moorings.aws import context
from moorings.aws.context import AwsContext, aws_context
from moorings.preview.program import StackContext, run
from moorings.preview.recorder import RecordingMonitor


class Component(pulumi.ComponentResource):
    """A component that looks up its context."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Component", name, {}, opts)
        self.context = aws_context(self)


def test_aws_is_called_once_for_each_provider(monkeypatch):
    calls, invoke = [], RecordingMonitor.Invoke
    monkeypatch.setattr(
        RecordingMonitor, "Invoke", lambda self, request: (calls.append(request.tok), invoke(self, request))[1]
    )

    def program():
        provider = aws.Provider("gov", region="us-gov-west-1")
        gov = [Component(name, pulumi.ResourceOptions(provider=provider)) for name in "cd"]
        pulumi.export(
            "contexts", [component.context.apply(vars) for component in (Component("a"), Component("b"), *gov)]
        )

    plan = run(program, StackContext("moorings", "test"), known=True)
    ireland = vars(AwsContext("aws", "amazonaws.com", "eu-west-1", "123456789012"))
    gov = ireland | {"partition": "aws-us-gov", "region": "us-gov-west-1"}
    assert plan.outputs["contexts"] == [ireland, ireland, gov, gov]
    assert len(calls) == 6


def test_another_program_has_a_context_of_its_own():
    for region in ("eu-west-1", "eu-central-1"):
        stack = StackContext("moorings", "test", config={"aws:region": region})
        plan = run(lambda: pulumi.export("region", Component("a").context.region), stack, known=True)
        assert plan.outputs["region"] == region


def test_nothing_is_cached_after_a_program():
    run(lambda: Component("a"), StackContext("moorings", "test"), known=True)
    assert context._cache.get() is None


def test_nothing_is_cached_without_a_stack():
    def program():
        stack = settings.ROOT.get()
        settings.ROOT.set(None)
        first, second = Component("a"), Component("b")
        settings.ROOT.set(stack)
        assert first.context is not second.context
        pulumi.export("region", second.context.region)

    assert run(program, StackContext("moorings", "test"), known=True).outputs["region"] == "eu-west-1"


def test_names_of_a_region():
    china = AwsContext("aws-cn", "amazonaws.com.cn", "cn-north-1", "123456789012")
    assert china.endpoint("kms") == "kms.cn-north-1.amazonaws.com.cn"
    assert china.reverse_dns_prefix == "cn.com.amazonaws"
    assert china.arn("logs", "log-group:a") == "arn:aws-cn:logs:cn-north-1:123456789012:log-group:a"
