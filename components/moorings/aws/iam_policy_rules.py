"""Rules of IAM policies: elements, actions, resources, principals, conditions and size.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from moorings.validation.errors import suggestion
from moorings.validation.inputs import is_list, is_mapping
from moorings.validation.rules import Rule, Violation

ROLE_INLINE_POLICIES_SIZE = 10_240
"""Characters, without white space, of all inline policies of a role together."""

KEY_POLICY_SIZE = 32_768
"""Bytes of a key policy. Source: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"""

_REFERENCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies"
_SERVICE = "vpc_id='vpc-0d1c7a52e8b94f360', subnet_ids=SUBNETS, image='registry.example/orders:1.4.2', user='1000:1000'"


def _task_policy(statement: str) -> str:
    """Return an example whose task policy has a statement."""
    policy = '{"Version": "2012-10-17", "Statement": [{' + statement + "}]}"
    return f"FargateSingletonArgs({_SERVICE}, task_policy='{policy}')"


_VALID = '"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"'

POLICY_ELEMENTS = Rule(
    id="aws-iam-policy-elements",
    rationale="IAM rejects a policy whose JSON is malformed, or with elements that are missing, unknown or duplicate.",
    source=f"{_REFERENCE}_grammar.html",
    invalid=_task_policy('"Effect": "allow", "Action": "s3:GetObject", "Resource": "*"'),
    valid=_task_policy(_VALID),
)
POLICY_ACTION = Rule(
    id="aws-iam-policy-action",
    rationale="An action consists of a service prefix and a name, and IAM rejects any other text.",
    source=f"{_REFERENCE}_elements_action.html",
    invalid=_task_policy('"Effect": "Allow", "Action": "GetObject", "Resource": "arn:aws:s3:::orders/*"'),
    valid=_task_policy(_VALID),
)
POLICY_RESOURCE = Rule(
    id="aws-iam-policy-resource",
    rationale="A resource is an ARN or an asterisk, and IAM rejects any other text.",
    source=f"{_REFERENCE}_elements_resource.html",
    invalid=_task_policy('"Effect": "Allow", "Action": "s3:GetObject", "Resource": "orders/*"'),
    valid=_task_policy(_VALID),
)
POLICY_PRINCIPAL = Rule(
    id="aws-iam-policy-principal",
    rationale="The principal of an identity-based policy is the role that it is attached to. IAM rejects any other.",
    source=f"{_REFERENCE}_elements_principal.html",
    invalid=_task_policy(f'"Principal": "*", {_VALID}'),
    valid=_task_policy(_VALID),
)
POLICY_SIZE = Rule(
    id="aws-iam-policy-size",
    rationale="AWS rejects policies above a fixed size.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    invalid="EncryptionKey('logs', "
    "EncryptionKeyArgs(description='Logs', log_groups=[f'/aws/msk/{number:0500}' for number in range(70)]))",
    valid="EncryptionKey('logs', EncryptionKeyArgs(description='Logs', log_groups=['/aws/msk/*']))",
)

Problem = tuple[Rule, tuple[str | int, ...], str]
"""The violated rule, the path in the policy, and the problem with its fix."""

_VERSIONS = ("2012-10-17", "2008-10-17")
_EFFECTS = ("Allow", "Deny")
_POLICY = ("Version", "Id", "Statement")
_STATEMENT = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_PRINCIPALS = ("Principal", "NotPrincipal")
_CHARACTERS = re.compile(r"[\t\n\r\u0020-\u00ff]*")
_OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike"),
    *("StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
    *("NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan"),
    *("DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress"),
    *("NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null"),
)
_LOWER_OPERATORS = {operator.lower() for operator in _OPERATORS}
_OPERATOR = re.compile(r"(?:(?:forallvalues|foranyvalue):)?(?P<name>.*?)(?:ifexists)?", re.IGNORECASE)
_SID = re.compile(r"[A-Za-z0-9]*")
_ACTION = re.compile(r"\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?_.-]+")
_RESOURCE = re.compile(r"\*|arn:(?:aws[a-z0-9-]*|[^:]*[*?$][^:]*)(?::.*)?", re.DOTALL)
_PARTITION = re.compile(r"arn:(?P<partition>aws[a-z0-9-]*):")
_SERVICE_WILDCARD = re.compile(r"[A-Za-z0-9*-]+:\*+")


def check_identity_policy(policy: str) -> str:
    """Return an identity-based policy, as JSON, if IAM accepts it.

    Raises:
        Violation: for the first problem.

    """
    for rule, path, problem in identity_policy_problems(policy):
        raise Violation(rule, problem, *path)
    return policy


IdentityPolicy = Annotated[str, AfterValidator(check_identity_policy)]
"""An identity-based IAM policy as JSON, for use inside ``Input``."""


def check_policy_size(policy: str, limit: int, *path: str | int) -> str:
    """Return a policy if it is not longer than a limit, without white space.

    Raises:
        Violation: for a longer policy.

    """
    size = len("".join(json.dumps(json.loads(policy), separators=(",", ":")).split()))
    if size > limit:
        problem = (
            f"the policy has {size} characters, and AWS allows at most {limit}; use wildcards, or fewer statements"
        )
        raise Violation(POLICY_SIZE, problem, *path)
    return policy


def check_policy_partition(policy: str, partition: str, *path: str | int) -> str:
    """Return a policy if its resources are in a partition. IAM knows no others.

    Raises:
        Violation: for a resource of another partition.

    """
    for statement in _statements(policy):
        for element in ("Resource", "NotResource"):
            for resource in _strings(statement.get(element, [])):
                match = _PARTITION.match(resource)
                if match and match["partition"] != partition:
                    problem = f"{resource} is not in the partition of the provider; begin it with arn:{partition}:"
                    raise Violation(POLICY_RESOURCE, problem, *path)
    return policy


def identity_policy_problems(policy: str) -> Iterator[Problem]:
    """Yield the problems because of which IAM rejects an identity-based policy."""
    if not _CHARACTERS.fullmatch(policy):
        yield POLICY_ELEMENTS, (), "contains characters above U+00FF, which IAM rejects; remove them"
    try:
        document = json.loads(policy)
    except ValueError:
        yield POLICY_ELEMENTS, (), "must be a JSON object; render it with json.dumps"
        return
    if not is_mapping(document):
        yield POLICY_ELEMENTS, (), "must be a JSON object with a Statement"
        return
    yield from _unknown_elements(document, _POLICY)
    version = document.get("Version", _VERSIONS[0])
    if version not in _VERSIONS:
        yield POLICY_ELEMENTS, ("Version",), f"must be a version of the policy language; use {_VERSIONS[0]}"
    statement = document.get("Statement")
    statements = statement if is_list(statement) else [statement]
    if not statement:
        yield POLICY_ELEMENTS, ("Statement",), "must contain at least one statement; add one, or remove the policy"
        return
    sids = [item.get("Sid") for item in statements if is_mapping(item)]
    for number, item in enumerate(statements):
        path = ("Statement", number) if is_list(statement) else ("Statement",)
        if is_mapping(item):
            for rule, inner, problem in _statement_problems(item):
                yield rule, (*path, *inner), problem
            if item.get("Sid") and sids.count(item["Sid"]) > 1:
                yield POLICY_ELEMENTS, (*path, "Sid"), "is used by several statements; rename one of them"
        else:
            yield POLICY_ELEMENTS, path, "must be a JSON object with Effect, Action and Resource"


def _statement_problems(statement: Mapping[str, Any]) -> Iterator[Problem]:
    for element in _PRINCIPALS:
        if element in statement:
            problem = "is not supported in an identity-based policy, whose principal is the role; remove it"
            yield POLICY_PRINCIPAL, (element,), problem
    yield from _unknown_elements(statement, (*_STATEMENT, *_PRINCIPALS))
    if "Effect" not in statement:
        yield POLICY_ELEMENTS, (), "has no Effect; set it to Allow or Deny"
    elif statement["Effect"] not in _EFFECTS:
        yield POLICY_ELEMENTS, ("Effect",), "must be Allow or Deny, spelled with a capital letter"
    sid = statement.get("Sid", "")
    if not isinstance(sid, str) or not _SID.fullmatch(sid):
        yield POLICY_ELEMENTS, ("Sid",), "must consist of letters and digits"
    yield from _patterns(statement, ("Action", "NotAction"), POLICY_ACTION, _ACTION, "an action such as s3:GetObject")
    resource = "an ARN such as arn:aws:s3:::orders/*, or *"
    yield from _patterns(statement, ("Resource", "NotResource"), POLICY_RESOURCE, _RESOURCE, resource)
    condition = statement.get("Condition", {})
    if not is_mapping(condition) or not all(is_mapping(keys) for keys in condition.values()):
        problem = 'must be an object such as {"StringEquals": {"aws:ResourceAccount": "123456789012"}}'
        yield POLICY_ELEMENTS, ("Condition",), problem
        return
    for operator in condition:
        match = _OPERATOR.fullmatch(operator)
        name = match["name"] if match else operator
        similar = suggestion(name, _OPERATORS)
        # An operator that resembles none of these may be newer.
        if name.lower() not in _LOWER_OPERATORS and similar:
            problem = f"is not an operator of IAM policies; did you mean {similar}?"
            yield POLICY_ELEMENTS, ("Condition", operator), problem


def _patterns(
    statement: Mapping[str, Any], elements: tuple[str, str], rule: Rule, pattern: re.Pattern[str], expected: str
) -> Iterator[Problem]:
    """Yield the problems of an element or its negation, of which a statement contains exactly one."""
    given = [element for element in elements if element in statement]
    if len(given) != 1:
        found = "both" if given else "neither"
        yield POLICY_ELEMENTS, (), f"must contain either {elements[0]} or {elements[1]}, got {found}"
    for element in given:
        values = statement[element] if is_list(statement[element]) else [statement[element]]
        if not values:
            yield POLICY_ELEMENTS, (element,), f"must not be empty; use {expected}"
        for number, value in enumerate(values):
            path = (element, number) if is_list(statement[element]) else (element,)
            if not isinstance(value, str) or not pattern.fullmatch(value):
                yield rule, path, f"expected {expected}, got {value!r}"


def _unknown_elements(value: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[Problem]:
    for element in value:
        if element not in known:
            similar = suggestion(element.capitalize(), known)
            fix = f"did you mean {similar}?" if similar else "remove it"
            yield POLICY_ELEMENTS, (element,), f"is not an element of IAM policies; {fix}"


def find_broad_statements(policy: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield path, problem and fix of statements that allow more than an application needs, for a rule of a component.

    Args:
        policy: a valid identity-based policy as JSON.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege

    """
    for number, item in enumerate(_statements(policy)):
        if item["Effect"] != "Allow" or item.get("Condition"):
            continue
        path = ("Statement", number)
        if "NotAction" in item:
            yield (*path, "NotAction"), "allows all actions except these; list the actions that the application calls"
        if "NotResource" in item:
            yield (*path, "NotResource"), "allows access to all resources except these; list the resources"
        for action in _strings(item.get("Action", [])):
            everywhere = "*" in _strings(item.get("Resource", []))
            if action in {"*", "*:*"}:
                yield (*path, "Action"), "allows every action; list the actions that the application calls"
            elif everywhere and (_SERVICE_WILDCARD.fullmatch(action) or action.lower() == "iam:passrole"):
                yield (*path, "Resource"), f"allows {action} on every resource; list the resources, or add a Condition"


def _statements(policy: str) -> list[Mapping[str, Any]]:
    """Return the statements of a valid policy."""
    return _strings(json.loads(policy)["Statement"])


def _strings(value: Any) -> list[Any]:
    return value if is_list(value) else [value]
