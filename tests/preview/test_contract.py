"""Contract with the SDK: a program registers the same resources with and without gRPC."""

from pathlib import Path

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest
from grpc_monitor import run_over_grpc
from pulumi import Output, ResourceOptions
from pulumi_random import RandomId, RandomPassword

from moorings.preview.program import StackContext, run
from moorings.preview.project import Project

PROJECT = Project(Path(__file__).parents[2])


class Box(pulumi.ComponentResource):
    """A component with two resources, and with another component if depth is not 0."""

    def __init__(self, name, depth=0, opts=None):
        super().__init__("test:index:Box", name, {"depth": depth}, opts)
        child = ResourceOptions(parent=self)
        first = RandomId(f"{name}-first", byte_length=4, opts=child)
        RandomId(f"{name}-second", byte_length=4, keepers={"first": first.id}, opts=child)
        if depth:
            Box(f"{name}-inner", depth - 1, child)
        self.register_outputs({"depth": depth, "secret": Output.secret("hidden")})


class Kit(pulumi.ComponentResource):
    """A remote component."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Kit", name, {"size": Output.from_input(2)}, opts, remote=True)


def components():
    box = Box("box", 2)
    RandomId("after", byte_length=8, keepers={"urn": box.urn}, opts=ResourceOptions(depends_on=[box]))
    Kit("kit")
    pulumi.export("list", [1, {"nested": [True, None, "text", 0.5]}])


def options():
    provider = random.Provider("own")
    other = RandomId("other", byte_length=4)
    RandomId(
        "r",
        byte_length=4,
        opts=ResourceOptions(
            provider=provider,
            protect=True,
            depends_on=[other],
            ignore_changes=["byteLength"],
            replace_on_changes=["prefix"],
            delete_before_replace=True,
            retain_on_delete=True,
            deleted_with=other,
            additional_secret_outputs=["hex"],
            custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h"),
            import_="abcd",
            version="4.18.0",
        ),
    )
    Box("b", opts=ResourceOptions(providers=[provider], protect=True, retain_on_delete=True))


def secrets():
    password = RandomPassword("password", length=20)
    config = pulumi.Config()
    RandomId("r", byte_length=4, prefix=config.require_secret("token"), keepers={"p": password.result})
    RandomId("nested", byte_length=4, keepers=Output.secret({"a": "b", "c": config.require("plain")}))
    pulumi.export("password", password.result)
    pulumi.export("mixed", {"open": 1, "hidden": [Output.secret("x"), password.bcrypt_hash]})


def aliases():
    old = pulumi.Alias(name="old", type_="test:index:Crate")
    box = Box("box", 1, ResourceOptions(aliases=[old, pulumi.Alias(stack="prod"), pulumi.Alias(project="shop")]))
    urn = pulumi.create_urn("plain", "random:index/randomId:RandomId")
    parent_aliases = [pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE), pulumi.Alias(parent=None), urn]
    RandomId("below", byte_length=4, opts=ResourceOptions(parent=box, aliases=parent_aliases))


def transforms():
    def append(suffix):
        def transform(args):
            if args.type_ != "random:index/randomId:RandomId":
                return None
            opts = ResourceOptions.merge(args.opts, ResourceOptions(ignore_changes=[suffix], protect=suffix == "stack"))
            props = {**args.props, "prefix": Output.concat(args.props.get("prefix", ""), suffix)}
            return pulumi.ResourceTransformResult(props, opts)

        return transform

    def use_other_region(args):
        opts = pulumi.InvokeOptions.merge(args.opts, pulumi.InvokeOptions(provider=provider))
        return pulumi.InvokeTransformResult(args.args, opts)

    provider = aws.Provider("us", region="us-east-1")
    pulumi.runtime.register_resource_transform(append("stack"))
    pulumi.runtime.register_invoke_transform(use_other_region)
    box = Box("box", opts=ResourceOptions(transforms=[append("box")]))
    secret = Output.secret("hidden")
    RandomId("r", byte_length=4, prefix=secret, opts=ResourceOptions(parent=box, transforms=[append("own")]))
    pulumi.export("region", aws.get_region_output().region)


def reads():
    existing = RandomId.get("read", "abcd")
    RandomId("r", byte_length=4, keepers={"id": existing.id}, opts=ResourceOptions(parent=existing))
    other = pulumi.StackReference("organization/moorings/other")
    pulumi.export("label", other.get_output("label"))
    pulumi.export("token", other.require_output("token"))
    resource_by_urn = existing.urn.apply(
        lambda urn: RandomId("again", byte_length=1, opts=ResourceOptions(urn=urn)).urn
    )
    RandomId("last", byte_length=4, keepers={"urn": resource_by_urn})


def invokes():
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    subnet = aws.ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone="eu-west-1a")
    pulumi.export("zone", aws.ec2.get_subnet_output(id=subnet.id).availability_zone_id)
    pulumi.export("account", aws.get_caller_identity().account_id)
    pulumi.export("unknown", aws.sns.get_topic_output(name="t").arn)


def logs():
    pulumi.log.info("information")
    pulumi.log.warn("warning", resource=Box("box"))
    pulumi.log.debug("debug")


OTHER_OUTPUTS = {"label": "from another stack", "token": "[secret]"}
CONTEXT = StackContext(
    "moorings",
    "test",
    config={"moorings:token": "t0ken", "moorings:plain": "p"},
    secret_keys=["moorings:token"],
    references=lambda name: OTHER_OUTPUTS if name == "organization/moorings/other" else None,
)


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize(
    "program",
    [components, options, secrets, aliases, transforms, reads, invokes, logs],
    ids=lambda program: program.__name__,
)
def test_program_registers_the_same_directly_and_over_grpc(program, known):
    over_grpc, calls = run_over_grpc(program, CONTEXT, known=known)
    assert run(program, CONTEXT, known=known, reveal=True) == over_grpc
    assert calls["RegisterResource"] == len([step for step in over_grpc.steps if step.op == "create"]) + 1


@pytest.mark.parametrize("stack", PROJECT.stacks)
def test_stack_registers_the_same_directly_and_over_grpc(stack):
    PROJECT.preview(stack)  # also previews the stacks that it refers to
    config, secret_keys = PROJECT.config(stack)
    context = StackContext(
        PROJECT.name, stack, config=config, secret_keys=secret_keys, references=PROJECT._stack_outputs
    )
    over_grpc, _ = run_over_grpc(PROJECT._program, context)
    assert over_grpc.steps
    assert run(PROJECT._program, context, known=True, reveal=True) == over_grpc


def test_different_programs_are_not_equal():
    def program(length):
        return lambda: RandomId("r", byte_length=length)

    assert run(program(4), CONTEXT, known=True, reveal=True) != run_over_grpc(program(5), CONTEXT)[0]
