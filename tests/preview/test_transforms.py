"""Resource and invoke transforms of a program."""

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import InvokeOptions, InvokeTransformResult, Output, ResourceOptions, ResourceTransformResult
from pulumi_random import RandomId, RandomPassword

from moorings.preview.secret_masking import UNKNOWN, RevealedSecret


def append(suffix):
    """Returns a transform that appends a suffix to the prefix, which shows the order of transforms."""

    def transform(args):
        if not args.custom:
            return None
        return ResourceTransformResult({**args.props, "prefix": f"{args.props.get('prefix', '')}{suffix}"}, args.opts)

    return transform


def options(**changed):
    """Returns a transform that adds options."""
    return lambda args: ResourceTransformResult(
        args.props, ResourceOptions.merge(args.opts, ResourceOptions(**changed))
    )


class Box(pulumi.ComponentResource):
    """A component of one resource."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Box", name, {}, opts)
        own = ResourceOptions(parent=self, transforms=[append("c")])
        RandomId(f"{name}-id", byte_length=4, opts=own)
        self.register_outputs({})


def test_order_is_resource_then_parents_then_stack(deploy):
    def program():
        pulumi.runtime.register_resource_transform(append("d"))
        outer = Box("outer", ResourceOptions(transforms=[append("a")]))
        Box("inner", ResourceOptions(parent=outer, transforms=[append("b")]))

    assert deploy(program)["inner-id"].inputs["prefix"] == "cbad"


def test_stack_transform_applies_to_later_resources(deploy):
    def program():
        RandomId("before", byte_length=4)
        pulumi.runtime.register_resource_transform(append("x"))
        RandomId("after", byte_length=4)

    plan = deploy(program)
    assert (plan["before"].inputs.get("prefix"), plan["after"].inputs["prefix"]) == (None, "x")


def test_transform_receives_properties_and_options(deploy):
    received = []

    def record(args):
        opts = args.opts
        received.append(
            (args.type_, args.name, args.custom, args.props, opts.protect, opts.ignore_changes, opts.version)
        )

    def program():
        opts = ResourceOptions(protect=False, ignore_changes=["prefix"], version="4.18.0", transforms=[record])
        RandomId("r", byte_length=4, opts=opts)

    deploy(program)
    assert received == [("random:index/randomId:RandomId", "r", True, {"byteLength": 4}, False, ["prefix"], "4.18.0")]


def test_transform_that_returns_none_changes_nothing(deploy):
    def program():
        opts = ResourceOptions(
            protect=True,
            custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h"),
            import_="abcd",
            transforms=[lambda _: None],
        )
        RandomId("r", byte_length=4, opts=opts)

    resource = deploy(program)["r"]
    assert (resource.protect, resource.import_id, resource.inputs) == (True, "abcd", {"byteLength": 4})
    assert resource.custom_timeouts == {"create": "5m", "delete": "1h"}


def test_transform_changes_options(deploy):
    def program():
        other = RandomId("other", byte_length=4)
        change = options(
            protect=True,
            retain_on_delete=True,
            delete_before_replace=True,
            depends_on=[other],
            ignore_changes=["prefix"],
            replace_on_changes=["keepers"],
            additional_secret_outputs=["hex"],
            custom_timeouts=pulumi.CustomTimeouts(update="9m"),
            aliases=[pulumi.Alias(name="old")],
        )
        RandomId("r", byte_length=4, opts=ResourceOptions(transforms=[change]))

    plan = deploy(program)
    resource = plan["r"]
    assert (resource.protect, resource.retain_on_delete, resource.delete_before_replace) == (True, True, True)
    assert resource.dependencies == [plan["other"].urn]
    assert (resource.ignore_changes, resource.replace_on_changes) == (["prefix"], ["keepers"])
    assert (resource.additional_secret_outputs, resource.custom_timeouts) == (["hex"], {"update": "9m"})
    assert resource.aliases == ["urn:pulumi:test::moorings::random:index/randomId:RandomId::old"]


def test_transform_removes_options(deploy):
    def remove_options(args):
        return ResourceTransformResult(args.props, ResourceOptions(protect=False))

    def program():
        opts = ResourceOptions(protect=True, ignore_changes=["prefix"], transforms=[remove_options])
        RandomId("r", byte_length=4, opts=opts)

    resource = deploy(program)["r"]
    assert (resource.protect, resource.ignore_changes) == (False, [])


def test_transform_without_options_keeps_them(deploy):
    def program():
        transform = lambda args: ResourceTransformResult({**args.props, "prefix": "x"}, None)  # noqa: E731
        RandomId("r", byte_length=4, opts=ResourceOptions(protect=True, transforms=[transform]))

    resource = deploy(program)["r"]
    assert (resource.protect, resource.inputs["prefix"]) == (True, "x")


def test_children_inherit_transformed_options_of_their_parent(deploy):
    plan = deploy(
        lambda: Box("b", ResourceOptions(transforms=[options(protect=True, aliases=[pulumi.Alias(name="old")])]))
    )
    assert plan["b-id"].protect
    assert "urn:pulumi:test::moorings::test:index:Box$random:index/randomId:RandomId::old-id" in plan["b-id"].aliases


def unchanged(args):
    return ResourceTransformResult(args.props, args.opts)


@pytest.mark.parametrize("transform", [unchanged, lambda _: None], ids=["unchanged", "none"])
def test_secret_and_unknown_values_are_preserved(deploy, transform):
    def program():
        unknown = RandomPassword("p", length=8).bcrypt_hash
        keepers = {
            "open": "a",
            "secret": Output.secret("b"),
            "unknown": unknown,
            "both": Output.secret(unknown),
            "url": Output.unsecret(Output.secret("https://")),
        }
        opts = ResourceOptions(transforms=[transform])
        RandomId("r", byte_length=4, prefix=Output.secret("x"), keepers=keepers, opts=opts)
        aws.msk.ScramSecretAssociation(
            "s", cluster_arn="arn", secret_arn_lists=["a", unknown, Output.secret("b")], opts=opts
        )

    plan = deploy(program, preview=True)
    assert plan["r"].inputs == {
        "byteLength": 4,
        "prefix": RevealedSecret("x"),
        "keepers": {
            "open": "a",
            "secret": RevealedSecret("b"),
            "unknown": UNKNOWN,
            "both": RevealedSecret(UNKNOWN),
            "url": "https://",
        },
    }
    assert plan["r"].secret_paths == ["keepers.both", "keepers.secret", "prefix"]
    assert plan["s"].inputs["secretArnLists"] == ["a", UNKNOWN, RevealedSecret("b")]


def test_transform_receives_secrets_as_outputs(deploy):
    def append_to_prefix(args):
        return ResourceTransformResult({**args.props, "prefix": Output.concat(args.props["prefix"], "-x")}, args.opts)

    def program():
        opts = ResourceOptions(transforms=[append_to_prefix, append_to_prefix])
        RandomId("r", byte_length=4, prefix=Output.secret("s"), opts=opts)

    assert deploy(program)["r"].inputs["prefix"] == RevealedSecret("s-x-x")


async def set_prefix(args):
    return ResourceTransformResult({**args.props, "prefix": "late"}, args.opts)


def test_transform_can_be_asynchronous(deploy):
    plan = deploy(lambda: RandomId("r", byte_length=4, opts=ResourceOptions(transforms=[set_prefix])))
    assert plan["r"].inputs["prefix"] == "late"


def test_error_of_a_transform_is_one_sentence(deploy):
    def fail(_):
        raise LookupError("no such thing: here")

    with pytest.raises(pulumi.RunError) as error:
        deploy(lambda: RandomId("r", byte_length=4, opts=ResourceOptions(transforms=[fail])))
    assert str(error.value) == ("a transform of random:index/randomId:RandomId 'r' failed: no such thing: here")


def test_unreachable_callback_server_is_an_error():
    from pulumi.runtime.proto import callback_pb2, resource_pb2

    from moorings.preview.transforms import Transforms

    transforms = Transforms()
    transforms.of_stack.append(callback_pb2.Callback(target="127.0.0.1:1", token="t"))
    request = resource_pb2.RegisterResourceRequest(type="a:b:C", name="c")
    try:
        with pytest.raises(pulumi.RunError, match=r"^a transform of a:b:C 'c' failed: .*127\.0\.0\.1:1"):
            transforms.resource("urn", request, ())
    finally:
        transforms.close()


def region(provider=None):
    return aws.get_region_output(opts=InvokeOptions(provider=provider)).region


def test_invoke_transform_changes_the_provider(deploy):
    def program():
        provider = aws.Provider("us", region="us-east-1")

        def use_other_region(args):
            opts = InvokeOptions.merge(args.opts, InvokeOptions(provider=provider))
            return InvokeTransformResult(args.args, opts)

        pulumi.export("before", region())
        pulumi.runtime.register_invoke_transform(use_other_region)
        pulumi.export("after", region())

    assert deploy(program).outputs == {"before": "eu-west-1", "after": "us-east-1"}


def test_invoke_transform_changes_arguments(deploy):
    def program():
        vpc = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")
        subnets = [
            aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.0.{index}.0/24", availability_zone=f"eu-west-1{zone}")
            for index, zone in enumerate("ab")
        ]

        async def use_other_subnet(args):
            return InvokeTransformResult({**args.args, "id": await subnets[1].id.future()}, None)

        pulumi.runtime.register_invoke_transform(use_other_subnet)
        pulumi.export("zone", aws.ec2.get_subnet_output(id=subnets[0].id).availability_zone)

    assert deploy(program).outputs == {"zone": "eu-west-1b"}


def test_error_of_an_invoke_transform_names_the_function(deploy):
    def fail(_):
        raise LookupError("no such thing")

    def program():
        pulumi.runtime.register_invoke_transform(fail)
        pulumi.export("region", region())

    with pytest.raises(pulumi.RunError) as error:
        deploy(program)
    assert str(error.value) == "a transform of aws:index/getRegion:getRegion failed: no such thing"
