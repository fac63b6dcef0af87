"""What looks like a secret, and what stands just beside it."""

import pytest

from moorings.validation.plaintext import held, looks_secret

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
def test_a_name_may_look_secret(name, value):
    assert looks_secret(name, value)


@pytest.mark.parametrize("value", ["hunter2", object()], ids=["plain", "late"])
@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_most_do_not(name, value):
    assert not looks_secret(name, value)


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
def test_a_secret_name_may_have_a_value_that_is_none(name, value):
    assert not looks_secret(name, value)


def test_what_is_late_may_be_a_login_with_its_password():
    assert looks_secret("SASL_JAAS_CONFIG", object())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMII", "a private key"),
        ("AKIAIOSFODNN7EXAMPLE", "an access key of AWS"),
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
def test_a_value_may_hold_a_secret(text, what):
    assert held(text) == what
    assert looks_secret("NOTE", text)


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
def test_most_hold_none(text):
    assert held(text) is None
    assert not looks_secret("NOTE", text)


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
def test_a_long_text_is_looked_at_once(text):
    assert held(text) is None


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_a_long_secret_is_one_too(quote):
    assert held(f"token={quote}{'x' * 5_000}{quote}") == "a password"
