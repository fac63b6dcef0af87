"""Shell syntax in commands that run without a shell."""

import pytest

from moorings.validation.command_words import shell_syntax


@pytest.mark.parametrize(
    ("words", "syntax"),
    [
        (["/bin/migrate", "&&", "/bin/orders"], "the operator &&"),
        (["orders --all"], "a command line in one string"),
        (["/bin/orders", "$HOME"], "the variable $HOME"),
        (["/bin/orders", "--data=$DATA_DIR/orders"], "the variable $DATA_DIR"),
        (["/bin/orders", "--data=a$A&b"], "the variable $A"),
    ],
)
def test_syntax_that_needs_a_shell(words, syntax):
    assert shell_syntax(words) == syntax


@pytest.mark.parametrize(
    "words",
    [
        ["sh", "-c", "exec /bin/orders $HOME"],
        ["/bin/orders", "$(HOME)"],
        ["java", "-Ddata=${DATA_DIR}"],  # Spring and others expand it
        ["/bin/orders", "$$HOME", "\\$HOME"],
        ["grep", "^orders$"],
        ["awk", "{print $1}"],
    ],
)
def test_words_without_shell_syntax(words):
    assert shell_syntax(words) is None
