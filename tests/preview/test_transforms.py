"""Transforms run as an engine runs them."""

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import InvokeOptions, InvokeTransformResult, Output, ResourceOptions, ResourceTransformResult
from pulumi_random import RandomId, RandomPassword

from moorings.preview.secret_masking import UNKNOWN, RevealedSecret


def marked(mark):
    """A transform that puts a mark behind the prefix that is there, so that their order can be seen."""

    def transform(args):
        if not args.custom:
            return None
        return ResourceTransformResult({**args.props, "prefix": f"{args.props.get('prefix', '')}{mark}"}, args.opts)

    return transform


def options(**changed):
    """A transform that adds options."""
    return lambda args: ResourceTransformResult(
        args.props, ResourceOptions.merge(args.opts, ResourceOptions(**changed))
    )


class Box(pulumi.ComponentResource):
    """A component of one resource."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Box", name, {}, opts)
        own = ResourceOptions(parent=self, transforms=[marked("c")])
        RandomId(f"{name}-id", byte_length=4, opts=own)
        self.register_outputs({})


def test_the_resources_come_first_then_its_parents_then_the_stacks(deploy):
    def program():
        pulumi.runtime.register_resource_transform(marked("d"))
        outer = Box("outer", ResourceOptions(transforms=[marked("a")]))
        Box("inner", ResourceOptions(parent=outer, transforms=[marked("b")]))

    assert deploy(program)["inner-id"].inputs["prefix"] == "cbad"


def test_what_was_registered_before_a_transform_of_the_stack_stays(deploy):
    def program():
        RandomId("before", byte_length=4)
        pulumi.runtime.register_resource_transform(marked("x"))
        RandomId("after", byte_length=4)

    plan = deploy(program)
    assert (plan["before"].inputs.get("prefix"), plan["after"].inputs["prefix"]) == (None, "x")


def test_a_transform_is_told_what_it_may_change(deploy):
    seen = []

    def look(args):
        opts = args.opts
        seen.append((args.type_, args.name, args.custom, args.props, opts.protect, opts.ignore_changes, opts.version))

    def program():
        opts = ResourceOptions(protect=False, ignore_changes=["prefix"], version="4.18.0", transforms=[look])
        RandomId("r", byte_length=4, opts=opts)

    deploy(program)
    assert seen == [("random:index/randomId:RandomId", "r", True, {"byteLength": 4}, False, ["prefix"], "4.18.0")]


def test_a_transform_that_returns_nothing_changes_nothing(deploy):
    def program():
        opts = ResourceOptions(
            protect=True,
            custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h"),
            import_="abcd",
            transforms=[lambda _: None],
        )
        RandomId("r", byte_length=4, opts=opts)

    found = deploy(program)["r"]
    assert (found.protect, found.import_id, found.inputs) == (True, "abcd", {"byteLength": 4})
    assert found.custom_timeouts == {"create": "5m", "delete": "1h"}


def test_a_transform_changes_options(deploy):
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
    found = plan["r"]
    assert (found.protect, found.retain_on_delete, found.delete_before_replace) == (True, True, True)
    assert found.dependencies == [plan["other"].urn]
    assert (found.ignore_changes, found.replace_on_changes) == (["prefix"], ["keepers"])
    assert (found.additional_secret_outputs, found.custom_timeouts) == (["hex"], {"update": "9m"})
    assert found.aliases == ["urn:pulumi:test::moorings::random:index/randomId:RandomId::old"]


def test_a_transform_takes_options_away(deploy):
    def bare(args):
        return ResourceTransformResult(args.props, ResourceOptions(protect=False))

    def program():
        opts = ResourceOptions(protect=True, ignore_changes=["prefix"], transforms=[bare])
        RandomId("r", byte_length=4, opts=opts)

    found = deploy(program)["r"]
    assert (found.protect, found.ignore_changes) == (False, [])


def test_a_transform_that_returns_no_options_leaves_them(deploy):
    def program():
        transform = lambda args: ResourceTransformResult({**args.props, "prefix": "x"}, None)  # noqa: E731
        RandomId("r", byte_length=4, opts=ResourceOptions(protect=True, transforms=[transform]))

    found = deploy(program)["r"]
    assert (found.protect, found.inputs["prefix"]) == (True, "x")


def test_children_inherit_what_a_transform_made_of_their_parent(deploy):
    plan = deploy(
        lambda: Box("b", ResourceOptions(transforms=[options(protect=True, aliases=[pulumi.Alias(name="old")])]))
    )
    assert plan["b-id"].protect
    assert "urn:pulumi:test::moorings::test:index:Box$random:index/randomId:RandomId::old-id" in plan["b-id"].aliases


def same(args):
    return ResourceTransformResult(args.props, args.opts)


@pytest.mark.parametrize("transform", [same, lambda _: None], ids=["same", "none"])
def test_secrets_stay_secret_and_the_unknown_unknown(deploy, transform):
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


def test_a_secret_reaches_a_transform_as_an_output(deploy):
    def longer(args):
        return ResourceTransformResult({**args.props, "prefix": Output.concat(args.props["prefix"], "-x")}, args.opts)

    def program():
        opts = ResourceOptions(transforms=[longer, longer])
        RandomId("r", byte_length=4, prefix=Output.secret("s"), opts=opts)

    assert deploy(program)["r"].inputs["prefix"] == RevealedSecret("s-x-x")


async def awaited(args):
    return ResourceTransformResult({**args.props, "prefix": "late"}, args.opts)


def test_a_transform_may_be_asynchronous(deploy):
    plan = deploy(lambda: RandomId("r", byte_length=4, opts=ResourceOptions(transforms=[awaited])))
    assert plan["r"].inputs["prefix"] == "late"


def test_a_transform_that_fails_is_told_in_one_sentence(deploy):
    def fail(_):
        raise LookupError("no such thing: here")

    with pytest.raises(pulumi.RunError) as refused:
        deploy(lambda: RandomId("r", byte_length=4, opts=ResourceOptions(transforms=[fail])))
    assert str(refused.value) == ("a transform of random:index/randomId:RandomId 'r' failed: no such thing: here")


def test_a_transform_that_cannot_be_reached_says_so():
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


def test_a_transform_of_functions_changes_their_provider(deploy):
    def program():
        american = aws.Provider("american", region="us-east-1")

        def elsewhere(args):
            opts = InvokeOptions.merge(args.opts, InvokeOptions(provider=american))
            return InvokeTransformResult(args.args, opts)

        pulumi.export("before", region())
        pulumi.runtime.register_invoke_transform(elsewhere)
        pulumi.export("after", region())

    assert deploy(program).outputs == {"before": "eu-west-1", "after": "us-east-1"}


def test_a_transform_of_functions_changes_their_arguments(deploy):
    def program():
        vpc = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")
        subnets = [
            aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.0.{at}.0/24", availability_zone=f"eu-west-1{zone}")
            for at, zone in enumerate("ab")
        ]

        async def other(args):
            return InvokeTransformResult({**args.args, "id": await subnets[1].id.future()}, None)

        pulumi.runtime.register_invoke_transform(other)
        pulumi.export("zone", aws.ec2.get_subnet_output(id=subnets[0].id).availability_zone)

    assert deploy(program).outputs == {"zone": "eu-west-1b"}


def test_a_transform_of_functions_that_fails_names_the_function(deploy):
    def fail(_):
        raise LookupError("no such thing")

    def program():
        pulumi.runtime.register_invoke_transform(fail)
        pulumi.export("region", region())

    with pytest.raises(pulumi.RunError) as refused:
        deploy(program)
    assert str(refused.value) == "a transform of aws:index/getRegion:getRegion failed: no such thing"
