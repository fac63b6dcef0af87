"""Detection of secrets in settings that are stored in plain text."""

import pulumi
import pytest

from moorings.validation.plaintext import (
    MARKED_SECRET,
    find_secret,
    find_secret_in_command,
    unless_secret,
)

SECRET_NAMES = [
    "ACCESS_KEY", "API_KEY", "API_KEYS", "APIKEY", "AWS_SECRET_ACCESS_KEY", "CLIENT_SECRET", "DATABASE_PASSWORD",
    "DB_PASS", "DB_PASSWORD_PROD", "ENCRYPTION_KEY", "GITHUB_TOKEN", "LICENSE_CODE", "LICENSE_SIGNATURE", "MYSQL_PWD",
    "PASSWD", "PASSWORD_2", "PGPASSWORD", "PRIVATE_KEY", "RAILS_MASTER_KEY", "SECRET_KEY", "SECRET_KEY_BASE", "accessToken",
    "apiKey", "dbPassword", "github_token", "oauth.token", "password", "spring.datasource.password",
]  # fmt: skip

PLAIN_NAMES = [
    "BOOTSTRAP", "BYPASS", "COMPASS", "ENCRYPTION_KEY_ARN", "KEY", "KEYSTORE_PATH", "LICENSEE", "LICENSE_ID", "MAX_TOKENS",
    "MONKEY", "OLDPWD", "PARTITION_KEY", "PASSWORD_FILE", "PASSWORD_POLICY", "PROXY_PASS", "PUBLIC_KEY", "PWD",
    "SASL_MECHANISM", "SECRET_NAME", "SORT_KEY", "TOKENIZER", "TOKEN_TTL", "password_encoder",
]  # fmt: skip


@pytest.mark.parametrize("value", ["hunter2", object()], ids=["plain", "late"])
@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_of_secrets(name, value):
    assert find_secret(value, name) == "a secret"


@pytest.mark.parametrize("value", ["hunter2", object()], ids=["plain", "late"])
@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_other_names(name, value):
    assert find_secret(value, name) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", ""),
        ("PASSWORD", "${DATABASE_PASSWORD}"),
        ("PASSWORD", "$(DATABASE_PASSWORD)"),
        ("PASSWORD", "{{ database.password }}"),
        ("TOKEN", "<none>"),
        ("TOKEN", "vault:secret/orders#token"),
        ("USE_TOKEN", "true"),
        ("ENCRYPTION_KEY", "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/etc/gcp/key.json"),
        ("SASL_JAAS_CONFIG", "software.amazon.msk.auth.iam.IAMLoginModule required;"),
        ("PROXY_TOKEN", "https://login.example.com/token"),
    ],
)
def test_references_and_paths_are_no_secrets(name, value):
    assert find_secret(value, name) is None


def test_a_late_jaas_configuration_may_contain_a_password():
    assert find_secret(object(), "SASL_JAAS_CONFIG") == "a secret"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMII", "a private key"),
        ("AKIAIOSFODNN7EXAMPLE", "an AWS access key"),
        ("postgres://orders:hunter2@db/orders", "a URL with a password"),
        ("redis://:hunter2@cache", "a URL with a password"),
        ("server.port=8080\nspring.datasource.password=hunter2", "a password"),
        ("sasl.password=abc", "a password"),
        ("database:\n  password: hunter2\n", "a password"),
        ('{"user": "orders", "password": "hunter2"}', "a password"),
        ("database.password => 'hunter2'", "a password"),
        ("--password=hunter2", "a password"),
        ('ScramLoginModule required username="a" password="b";', "a password"),
        ("https://orders.example.com/?token=abc", "a password"),
    ],
)
def test_values_that_contain_a_secret(text, kind):
    assert find_secret(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "user@example.com",
        "https://example.com:8443/a@b",
        "https://orders.example.com/?max_tokens=3",
        "postgres://orders:${PASSWORD}@db/orders",
        "postgres://orders:$(PASSWORD)@db/orders",
        "password policy: long",
        "password_encoder=bcrypt",
        "password_file: /run/orders/password",
        "password=",
        "database:\n  password:\n    file: a",
        "# password: hunter2",
        "  // password = hunter2",
        "password=${DATABASE_PASSWORD}",
        "password: $PASSWORD",
        "password: '{{ database.password }}'",
        "password: !vault orders",
        "password: ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)",
        'password = ENV["PASSWORD"]',
        "password: process.env.PASSWORD",
        'ScramLoginModule required password="${file:/run/a:b}";',
        "credentials: true",
        "token: /var/run/secrets/orders/token",
        "--password $(PASSWORD)",
        "proxy_pass http://orders:80;",
        "tokens: 12",
        "starts: 10:30",
    ],
)
def test_values_without_a_secret(text):
    assert find_secret(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "b:" * 20_000,
        f"password{'1' * 100}x=y",
        "x" * 1_000_000,
        "a-" * 500_000,
        "a." * 500_000,
        "a: " * 300_000,
        "://" * 300_000,
    ],
)
def test_long_values_take_linear_time(text):
    assert find_secret(text) is None


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_long_secrets_are_found(quote):
    assert find_secret(f"token={quote}{'x' * 5_000}{quote}") == "a password"


@pytest.mark.parametrize(
    "words", [["--config", "/etc/orders"], ["--password-file=/run/x", "-p", "3000"], ["$TOKEN"], []]
)
def test_commands_without_a_secret(words):
    assert find_secret_in_command(words) is None


@pytest.mark.parametrize(
    "words", [["serve", "--password=hunter2"], ["--db-password", "hunter2"], ["-Dkey.password=hunter2"]]
)
def test_commands_with_a_secret(words):
    assert find_secret_in_command(words) == "a password"


@pytest.mark.parametrize("preview", [True, False])
def test_late_secrets_are_replaced_by_a_mark(deploy, preview):
    resolved = {}

    def program():
        async def awaitable():
            return "c"

        values = {
            "plain": "a",
            "late": pulumi.Output.from_input("b"),
            "awaitable": awaitable(),
            "marked": pulumi.Output.secret("d"),
        }
        for name, value in values.items():
            pulumi.Output.from_input(unless_secret(value)).apply(
                lambda result, name=name: resolved.update({name: result})
            )
        assert unless_secret(pulumi.Output.from_input("e"), "DB_PASSWORD") is MARKED_SECRET

    deploy(program, preview=preview)
    assert resolved == {"plain": "a", "late": "b", "awaitable": "c", "marked": MARKED_SECRET}
    assert find_secret(MARKED_SECRET) == "a secret"
