"""JAAS lines, read back as Kafka reads them: with Java's StreamTokenizer."""

from hypothesis import example, given
from hypothesis import strategies as st

from moorings.kafka import jaas

ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_$"


def quoted(line: str, at: int) -> tuple[str, int]:
    """Read a quoted string, where an octal escape has up to three digits, and a bare line break ends the string."""
    out, at = "", at + 1
    while line[at] != '"':
        assert line[at] not in "\r\n", "the string ends here"
        if line[at] != "\\":
            out, at = out + line[at], at + 1
            continue
        at += 1
        if line[at] in "01234567":
            end = at + 1
            while end < at + (3 if line[at] <= "3" else 2) and line[end] in "01234567":
                end += 1
            out, at = out + chr(int(line[at:end], 8)), end
        else:
            out, at = out + ESCAPED.get(line[at], line[at]), at + 1
    return out, at + 1


def tokens(line: str) -> list[str]:
    """Tell words, quoted strings and other characters apart, and skip blanks and comments."""
    found, at = [], 0
    while at < len(line):
        if line[at] == '"':
            text, at = quoted(line, at)
            found.append(text)
        elif line[at] in WORD:
            end = at
            while end < len(line) and line[end] in WORD:
                end += 1
            found.append(line[at:end])
            at = end
        elif line[at : at + 2] in {"//", "/*"}:
            raise AssertionError("a comment")
        else:
            found += [line[at]] if line[at] > " " else []
            at += 1
    return found


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(ANY, ANY)
@example("orders", 'a\\"b')
@example("orders", "\\n;//")
@example("a\nb", "\r\t\\")
@example('" password="', "\\1")
def test_whatever_is_in_name_and_password_is_read_back(username, password):
    assert tokens(jaas.scram(username, password)) == [
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


def test_a_plain_line_looks_as_in_the_documentation():
    assert jaas.scram("orders", "pass") == (
        'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="pass";'
    )


def test_the_line_of_iam_has_no_options():
    assert tokens(jaas.IAM) == ["software.amazon.msk.auth.iam.IAMLoginModule", "required", ";"]
