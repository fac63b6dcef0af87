"""``ChildGuard``: checks the guarantees of a component after all transforms of a child."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
from pydantic.alias_generators import to_camel

from moorings.overrides.binding import is_transformed, overrides_of
from moorings.overrides.container_secrets import secret_variables
from moorings.sdk.internals import start_callback_server
from moorings.validation.change_hooks import unique_prefix
from moorings.validation.errors import HIDDEN, InvalidInput
from moorings.validation.findings import Finding
from moorings.validation.inputs import gather, is_list, is_mapping
from moorings.validation.reporter import Reporter
from moorings.validation.resource_changes import Properties
from moorings.validation.rules import REGISTRY, Check


class ChildGuard:
    """Evaluates rules on the inputs of a child after its own transforms, and those of its ancestors and the stack.

    In a preview, the rules read the outputs of the child, which contain its inputs. In an update, and in previews of
    programs in other languages, a resource hook evaluates them before the child is created or updated. They are only
    evaluated if transforms may apply.
    """

    def __init__(self, component: pulumi.Resource | None, reporter: Reporter, name: str, type_: str) -> None:
        """Create a guard without rules.

        Args:
            component: the component, after ``bind_overrides``.
            reporter: its reporter.
            name: name of the child.
            type_: type token of the child.

        """
        self._reporter, self._name, self._active = reporter, name, is_transformed(component)
        self._checks: list[tuple[Check, dict[str, Any]]] = []
        self.patches: list[tuple[str, Mapping[str, Any]]] = [
            (each.role, each.patch) for each in overrides_of(component) if each.applies_to("", name, type_)
        ]
        """Role and patch of each override of the child."""

    @property
    def _reads_outputs(self) -> bool:
        """Whether the rules read outputs: `moorings preview` runs no hooks, the plugin host ignores failed outputs."""
        return pulumi.runtime.is_dry_run() and pulumi.runtime.get_root_resource() is not None

    @property
    def is_active(self) -> bool:
        """Whether transforms may apply to the child."""
        return self._active

    @property
    def late_variables(self) -> list[list[Any]]:
        """Path and value of each environment variable that an override sets to a late value."""
        return [[path, value] for role, patch in self.patches for path, value in secret_variables(patch, (role,))]

    def expect(self, check: Check, **values: Any) -> "ChildGuard":
        """Add a rule. Its parameter ``final`` receives the ``Properties`` of the child after the transforms.

        Args:
            check: the rule.
            values: its other parameters.

        """
        if self._active:
            self._checks.append((check, values))
        return self

    def options(self, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        """Return the options of the child, with a hook that evaluates the rules before it is created or updated."""
        if not self._checks or self._reads_outputs:
            return opts
        start_callback_server()
        hook = pulumi.ResourceHook(
            unique_prefix(f"{self._name}-transforms"),
            self._check_inputs,
            pulumi.ResourceHookOptions(on_dry_run=True),
        )
        hooks = pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=hooks))

    def check_preview(self, child: pulumi.Resource, *properties: str) -> None:
        """Evaluate the rules in a preview, after the child has been registered.

        Args:
            child: the child.
            properties: names of its outputs that the rules read.

        """
        if not self._checks or not self._reads_outputs:
            return
        outputs: list[pulumi.Output[Any]] = [getattr(child, name) for name in properties]
        final = gather(*outputs).apply(
            lambda values: Properties(
                {to_camel(name): _as_input(value) for name, value in zip(properties, values, strict=True)}
            ),
            run_with_unknowns=True,  # rules skip unknown values
        )
        for check, values in self._checks:
            self._reporter.evaluate(check, final=final, **values)

    async def _check_inputs(self, args: pulumi.ResourceHookArgs) -> None:
        """Evaluate the rules in an update.

        Raises:
            InvalidInput: if a rule rejects the inputs. If they are secret, the message does not show them.

        """
        inputs: pulumi.Output[Any] = pulumi.Output.from_input(args.new_inputs or {})
        final, secret = Properties(await inputs.future(with_unknowns=True)), await inputs.is_secret()
        rejected: list[Finding] = []
        for check, values in self._checks:
            expected: pulumi.Output[Any] = pulumi.Output.from_input(values)
            if await expected.is_known():  # rules whose values are unknown in a preview are evaluated in the update
                secret = secret or await expected.is_secret()
                rejected += self._reporter.findings(check, {"final": final, **(await expected.future() or {})})
        if rejected and secret:
            rejected = [replace(each, message=f"{REGISTRY[each.rule].rationale} {HIDDEN}") for each in rejected]
        if rejected:
            raise InvalidInput.listing(rejected)


def _as_input(value: Any) -> Any:
    """Return an output under the names of the provider. Objects of a provider SDK use snake case."""
    if is_mapping(value):
        is_sdk_object = type(value) is not dict
        return {to_camel(key) if is_sdk_object else key: _as_input(item) for key, item in value.items()}
    return list(map(_as_input, value)) if is_list(value) else value
