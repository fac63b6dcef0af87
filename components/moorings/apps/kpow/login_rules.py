"""Rules of kPow's login and authorization."""

from moorings.apps.kpow.acls import ACTION_OPERATIONS, ACTIONS_CHECKED, similar_action
from moorings.apps.kpow.login import (
    LOGIN_PROVIDERS,
    PROVIDERS_CHECKED,
    PUBLIC_URL_VARIABLE,
    URL_VARIABLE,
    login_variables,
    similar_variable,
)
from moorings.apps.kpow.settings import KpowSettings
from moorings.kafka.connection import KafkaConnection
from moorings.validation.errors import suggestion
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

LOGIN_RULES = RuleSet(KpowSettings)

PROVIDER_VARIABLE = "AUTH_PROVIDER_TYPE"
"""Variable that selects the login provider."""

_IAM = "KafkaConnection(listener='iam', bootstrap_servers='b-1:9098', cluster_arn=CLUSTER_ARN)"
_OKTA = (
    "auth_provider='okta', environment={'OKTA_ORGANISATION': 'example', 'OPENID_CLIENT_ID': 'kpow', "
    "'AUTH_LANDING_URI': 'https://kpow.example.com'}, secret_environment={'OPENID_CLIENT_SECRET': 'hidden'}"
)


@LOGIN_RULES.rule(
    "kpow-unknown-login-provider",
    Severity.UNVERIFIED,
    source="https://docs.kpow.io/authentication/overview",
    invalid="auth_provider='entra'",
    valid=_OKTA,
    checked=PROVIDERS_CHECKED,
)
def _unknown_login_provider(auth_provider: str | None) -> Findings:
    """Newer releases of kPow may support other login providers. An unsupported one prevents kPow from starting."""
    if auth_provider is not None and auth_provider not in LOGIN_PROVIDERS:
        similar = suggestion(auth_provider, LOGIN_PROVIDERS)
        fix = f"did you mean {similar}?" if similar else f"known providers are {', '.join(LOGIN_PROVIDERS)}"
        yield f"{auth_provider!r} is not a known login provider; {fix}"


@LOGIN_RULES.rule(
    "kpow-no-login",
    Severity.WARNING,
    source="https://docs.kpow.io/authentication/overview",
    invalid="auth_provider=None",
    valid=_OKTA,
)
def _no_login(auth_provider: str | None, login_proxy: str, variable_names: list[str]) -> Findings:
    """Without a login, everyone who can connect sees all topics and may perform all allowed actions."""
    if auth_provider is None and login_proxy and PROVIDER_VARIABLE not in variable_names:
        yield f"users need no login; set auth_provider, or configure a login at {login_proxy}"


@LOGIN_RULES.rule(
    "kpow-login-settings",
    Severity.UNSAFE,
    source="https://docs.factorhouse.io/kpow-ee/authentication/openid/okta",
    invalid="auth_provider='saml', environment={'SAML_ACS_URL': 'https://kpow.example.com/saml'}",
    valid=(
        "auth_provider='saml', environment={'SAML_ACS_URL': 'https://kpow.example.com/saml', "
        "'SAML_RELYING_PARTY_IDENTIFIER': 'kpow', 'SAML_METADATA_FILE': '/etc/kpow/saml.xml'}"
    ),
)
def _login_settings(auth_provider: str | None, variable_names: list[str], java_options: list[str]) -> Findings:
    """Without the settings of its login provider, kPow does not start, or users cannot log in."""
    provider = LOGIN_PROVIDERS.get(auth_provider or "")
    if provider is None:
        return
    missing = list(provider.missing(variable_names))
    if missing:
        hints = "".join(similar_variable(name, variable_names) for name in missing)
        yield (
            f"{auth_provider} requires {', '.join(missing)}; set them in environment, secret_environment or secrets"
            f"{hints}"
        )
    option = provider.java_option
    elsewhere = {"JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"} & set(variable_names)
    if option and not elsewhere and not any(word.startswith(option) for word in java_options):
        yield f"{auth_provider} requires a JAAS configuration; add {option}FILE to java_options"


@LOGIN_RULES.rule(
    "kpow-login-not-enabled",
    Severity.UNSAFE,
    source="https://docs.kpow.io/authentication/overview",
    invalid="environment={'OKTA_ORGANISATION': 'example'}",
    valid=_OKTA,
)
def _login_not_enabled(auth_provider: str | None, variable_names: list[str]) -> Findings:
    """Settings of a login provider have no effect until the provider is selected, so that users need no login."""
    settings = login_variables(variable_names)
    if auth_provider is None and settings and PROVIDER_VARIABLE not in variable_names:
        yield f"is not set, so that users need no login despite {', '.join(settings)}; set it"


@LOGIN_RULES.rule(
    "kpow-login-setting-without-effect",
    Severity.WARNING,
    source="https://docs.kpow.io/authentication/overview",
    invalid=_OKTA.replace("environment={", "environment={'SAML_ACS_URL': 'https://kpow.example.com/saml', ", 1),
    valid=_OKTA,
)
def _login_setting_without_effect(auth_provider: str | None, variables: dict[str, list[str]]) -> Findings:
    """Settings of another login provider have no effect."""
    provider = LOGIN_PROVIDERS.get(auth_provider or "")
    for argument, names in variables.items() if provider is not None else ():
        for name in login_variables(names):
            if provider is not None and not provider.own.fullmatch(name):
                yield (argument, name), f"has no effect with auth_provider {auth_provider!r}; remove it"


@LOGIN_RULES.rule(
    "kpow-login-url",
    Severity.ERROR,
    source="https://docs.factorhouse.io/kpow-ee/authentication/openid/okta",
    invalid=_OKTA.replace("https://kpow.example.com", "kpow.example.com"),
    valid=_OKTA,
    each="environment",
)
def _login_url(name: str, value: str) -> Findings:
    """Users are redirected to and from the login provider, which requires absolute URLs."""
    if URL_VARIABLE.fullmatch(name) and not value.startswith(("https://", "http://")):
        yield f"expected an absolute URL, such as https://kpow.example.com, got {value!r}; add the scheme"


@LOGIN_RULES.rule(
    "kpow-login-over-http",
    Severity.WARNING,
    source="https://docs.kpow.io/features/https-connections",
    invalid=_OKTA.replace("https://kpow", "http://kpow"),
    valid=_OKTA,
    each="environment",
)
def _login_over_http(name: str, value: str) -> Findings:
    """Session cookies and authorization codes are sent in plain text to a URL without TLS."""
    if PUBLIC_URL_VARIABLE.fullmatch(name) and value.startswith("http://"):
        yield f"{value!r} is not encrypted; use the https URL of kPow, or of the proxy that terminates TLS"


@LOGIN_RULES.rule(
    "kpow-rbac-without-login",
    Severity.ERROR,
    source="https://docs.kpow.io/authorization/role-based-access-control",
    invalid="rbac_configuration_file='/etc/kpow/rbac.yaml'",
    valid=f"rbac_configuration_file='/etc/kpow/rbac.yaml', {_OKTA}",
)
def _rbac_without_login(
    rbac_configuration_file: str | None, auth_provider: str | None, variable_names: list[str]
) -> Findings:
    """Roles are assigned to users by the login provider."""
    if rbac_configuration_file is not None and auth_provider is None and PROVIDER_VARIABLE not in variable_names:
        yield "requires a login provider, which assigns the roles of users; set auth_provider, or remove the file"


@LOGIN_RULES.rule(
    "kpow-actions-without-effect",
    Severity.ERROR,
    source="https://docs.kpow.io/authorization/simple-access-control",
    invalid=f"rbac_configuration_file='/etc/kpow/rbac.yaml', allow=['ACL_EDIT'], {_OKTA}",
    valid=f"rbac_configuration_file='/etc/kpow/rbac.yaml', rbac_actions=['ACL_EDIT'], {_OKTA}",
)
def _actions_without_effect(allow: list[str], rbac_actions: list[str], rbac_configuration_file: str | None) -> Findings:
    """The roles of users replace actions that are allowed for all users."""
    if allow and rbac_configuration_file is not None:
        yield (f"has no effect with rbac_configuration_file; move {', '.join(allow)} to that file, and to rbac_actions")
    if rbac_actions and rbac_configuration_file is None:
        yield (
            "rbac_actions",
            f"has no effect without rbac_configuration_file; move {', '.join(rbac_actions)} to allow, or set the file",
        )


@LOGIN_RULES.rule(
    "kpow-rbac-actions",
    Severity.WARNING,
    source="https://docs.kpow.io/installation/minimum-acl-permissions",
    invalid=f"kafka={_IAM}, rbac_configuration_file='/etc/kpow/rbac.yaml', {_OKTA}",
    valid=f"kafka={_IAM}, rbac_configuration_file='/etc/kpow/rbac.yaml', rbac_actions=['TOPIC_INSPECT'], {_OKTA}",
)
def _rbac_actions(
    rbac_actions: list[str], rbac_configuration_file: str | None, connections: dict[str, KafkaConnection]
) -> Findings:
    """Actions that roles may perform fail if the IAM policy of kPow does not allow them in Kafka."""
    iam = any(kafka.uses_iam for kafka in connections.values())
    if iam and rbac_configuration_file is not None and not rbac_actions:
        yield (
            "the IAM policy allows no actions besides viewing, whatever rbac_configuration_file grants; list the "
            "actions that the file grants"
        )


@LOGIN_RULES.rule(
    "kpow-unknown-action",
    Severity.UNVERIFIED,
    source="https://docs.factorhouse.io/kpow-ee/authorization/overview",
    invalid="allow=['TOPIC_CLONE']",
    valid="allow=['TOPIC_CREATE']",
    checked=ACTIONS_CHECKED,
)
def _unknown_action(allow: list[str], rbac_actions: list[str]) -> Findings:
    """Newer releases of kPow may have other actions, whose Kafka permissions are unknown."""
    for argument, actions in (("allow", allow), ("rbac_actions", rbac_actions)):
        for index, action in enumerate(actions):
            if action not in ACTION_OPERATIONS:
                yield (
                    (argument, index),
                    (
                        f"{action!r} is not a known action; {similar_action(action)}Its permissions in Kafka are not "
                        "granted automatically"
                    ),
                )
