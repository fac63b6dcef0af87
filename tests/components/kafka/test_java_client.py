"""JAAS configurations as Kafka reads them, with Java's StreamTokenizer, and ``.properties`` files."""

import javaproperties
from hypothesis import example, given
from hypothesis import strategies as st

from moorings.kafka.java_client import IAM_JAAS_CONFIG, SCRAM_LOGIN_MODULE, jaas_config, properties_file

ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
WORD_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_$"


def quoted_string(line: str, index: int) -> tuple[str, int]:
    """Read a quoted string. An octal escape has up to three digits, and an unescaped line break ends the string."""
    out, index = "", index + 1
    while line[index] != '"':
        assert line[index] not in "\r\n", "the string ends here"
        if line[index] != "\\":
            out, index = out + line[index], index + 1
            continue
        index += 1
        if line[index] in "01234567":
            end = index + 1
            while end < index + (3 if line[index] <= "3" else 2) and line[end] in "01234567":
                end += 1
            out, index = out + chr(int(line[index:end], 8)), end
        else:
            out, index = out + ESCAPED.get(line[index], line[index]), index + 1
    return out, index + 1


def tokens(line: str) -> list[str]:
    """Split a line into words, quoted strings and other characters. Spaces are skipped."""
    words, index = [], 0
    while index < len(line):
        if line[index] == '"':
            text, index = quoted_string(line, index)
            words.append(text)
        elif line[index] in WORD_CHARACTERS:
            end = index
            while end < len(line) and line[end] in WORD_CHARACTERS:
                end += 1
            words.append(line[index:end])
            index = end
        elif line[index : index + 2] in {"//", "/*"}:
            raise AssertionError("a comment")
        else:
            words += [line[index]] if line[index] > " " else []
            index += 1
    return words


NON_EMPTY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(NON_EMPTY_TEXT, NON_EMPTY_TEXT)
@example("orders", 'a\\"b')
@example("orders", "\\n;//")
@example("a\nb", "\r\t\\")
@example('" password="', "\\1")
def test_jaas_config_preserves_any_username_and_password(username, password):
    assert tokens(jaas_config(SCRAM_LOGIN_MODULE, {"username": username, "password": password})) == [
        "org.apache.kafka.common.security.scram.ScramLoginModule",
        "required",
        "username",
        "=",
        username,
        "password",
        "=",
        password,
        ";",
    ]


def test_jaas_config_of_a_scram_user():
    assert jaas_config(SCRAM_LOGIN_MODULE, {"username": "orders", "password": "pass", "scope": None}) == (
        'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="pass";'
    )


def test_jaas_config_of_iam_has_no_options():
    assert tokens(IAM_JAAS_CONFIG) == ["software.amazon.msk.auth.iam.IAMLoginModule", "required", ";"]


@given(st.dictionaries(TEXT, TEXT))
@example({" a b": "  c d  "})
@example({"#a": "!b", "k:": "=v"})
@example({"": "", "é": "€😀"})
@example({"a": "\\\n\r\t\f\x00\x7f"})
def test_properties_file_preserves_any_name_and_value(settings):
    text = properties_file(settings)
    assert text.isascii()
    assert javaproperties.loads(text) == settings


def test_properties_file_is_sorted_by_name():
    assert properties_file({"security.protocol": "SASL_SSL", "acks": "all"}) == "acks=all\nsecurity.protocol=SASL_SSL\n"


def test_properties_file_escapes_only_leading_spaces_of_a_value():
    assert properties_file({"a b": "  c d "}) == "a\\ b=\\ \\ c d \n"
