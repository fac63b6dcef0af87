"""Declarations of one program, which other programs do not see."""

from moorings.validation.declarations import declarations


def test_declarations_belong_to_one_program(deploy):
    found = []

    def program():
        declared = declarations()
        found.append(dict(declared))
        declared["a",] = 1
        assert declarations() is declared

    deploy(program)
    deploy(program)
    assert found == [{}, {}]


def test_there_are_none_outside_of_a_program(monkeypatch):
    monkeypatch.setattr("moorings.validation.declarations.get_root_resource", lambda: None)
    assert declarations() is None
