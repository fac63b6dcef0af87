"""``StandaloneArgs``: arguments that no component receives, and that evaluate their rules themselves."""

from typing import TYPE_CHECKING, Any, ClassVar

import pulumi

from moorings.validation.args import ComponentArgs
from moorings.validation.rule_sets import RuleSet


class StandaloneArgs(ComponentArgs):
    """Arguments such as a Kafka ACL, whose rules are evaluated when they are created.

    Raises:
        InvalidInput: with one line for each finding that rejects the arguments.

    """

    rules: ClassVar[RuleSet[Any]]
    """Rules of the class."""

    if TYPE_CHECKING:

        @property
        def title(self) -> str:
            """Name in messages, which each class defines."""
            ...

    def __init__(self, /, *positional: Any, **values: Any) -> None:
        """Validate the arguments and evaluate the rules."""
        super().__init__(*positional, **values)
        _, reporter = self.rules.check(type(self).__name__, self.title, self)
        program = pulumi.runtime.get_root_resource()
        if program is not None:
            reporter.finish(program)
