"""``.properties`` files, read back by another implementation."""

import javaproperties
from hypothesis import example, given
from hypothesis import strategies as st

from moorings.kafka.java_properties import properties_file

ANY = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(ANY, ANY))
@example({" a b": "  c d  "})
@example({"#a": "!b", "k:": "=v"})
@example({"": "", "é": "€😀"})
@example({"a": "\\\n\r\t\f\x00\x7f"})
def test_whatever_is_in_it_is_read_back(settings):
    text = properties_file(settings)
    assert text.isascii()
    assert javaproperties.loads(text) == settings


def test_it_is_sorted_with_one_line_for_each_name():
    assert properties_file({"security.protocol": "SASL_SSL", "acks": "all"}) == "acks=all\nsecurity.protocol=SASL_SSL\n"


def test_blanks_at_the_beginning_of_a_value_are_kept_and_others_left_as_they_are():
    assert properties_file({"a b": "  c d "}) == "a\\ b=\\ \\ c d \n"
