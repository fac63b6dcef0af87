"""Files that the command line reads and writes."""

import codecs
import json
import os
import stat

import pytest

from moorings.preview.documents import MAX_DEPTH, DocumentError, read_document, read_json, read_text, write_text

DOCUMENT = {"name": "Größe", "steps": []}


@pytest.fixture
def file(tmp_path):
    """A file of a test."""
    return tmp_path / "preview.json"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_encoding_is_detected(file, encoding):
    file.write_bytes(json.dumps(DOCUMENT, ensure_ascii=False).encode(encoding))
    assert read_json(file) == DOCUMENT


def test_big_endian_utf_16_is_read(file):
    file.write_bytes(codecs.BOM_UTF16_BE + "Größe".encode("utf-16-be"))
    assert read_text(file) == "Größe"


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"\x80abc", codecs.BOM_UTF8 + b"\xff"])
def test_other_files_are_not_text(file, content):
    file.write_bytes(content)
    with pytest.raises(DocumentError, match=r"preview\.json is not text in UTF-8; save it in this encoding$"):
        read_text(file)


def test_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(DocumentError, match=r"cannot be read: Is a directory$"):
        read_text(tmp_path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", r"is not valid JSON: Expecting property name .*"),
        ("[" * 900 + "]" * 900, r"is not valid JSON: nested more than 100 levels deep"),
        ("[" * 100_000, r"is not valid JSON: nested more than 100 levels deep"),
        ('{"a": ' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1), r"is not valid JSON: nested more than .*"),
        ("9" * 5000, r"is not valid JSON: a number has more than 4300 digits"),
    ],
)
def test_invalid_json_is_one_line(file, text, problem):
    file.write_text(text)
    with pytest.raises(DocumentError, match=rf"preview\.json {problem}$"):
        read_json(file)


def test_nesting_below_the_limit_is_valid(file):
    file.write_text("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert json.dumps(read_json(file)) == file.read_text()


def test_keys_are_texts(file):
    file.write_text("")
    assert read_document(file, "YAML", lambda _: {1: {True: None}, "a": 1.5}) == {"1": {"true": None}, "a": 1.5}


@pytest.mark.parametrize("value", [{1, 2}, {"a": b"x"}, {(1, 2): 3}])
def test_values_without_a_json_representation_are_invalid(file, value):
    file.write_text("")
    with pytest.raises(DocumentError, match=r"is not valid YAML: unsupported value of type (set|bytes|tuple)$"):
        read_document(file, "YAML", lambda _: value)


def test_a_file_is_replaced_without_temporary_files(file):
    write_text(file, "first")
    write_text(file, "ß\ud800")
    assert file.read_text("utf-8") == "ß\\ud800"
    assert [path.name for path in file.parent.iterdir()] == ["preview.json"]


def test_a_link_remains_a_link(file):
    target = file.with_name("target.json")
    file.symlink_to(target)
    write_text(file, "text")
    assert file.is_symlink()
    assert target.read_text() == "text"


def test_a_pipe_is_written_directly(file):
    os.mkfifo(file)
    reader = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    write_text(file, "text")
    assert os.read(reader, 10) == b"text"
    os.close(reader)
    assert stat.S_ISFIFO(file.stat().st_mode)


def test_a_failed_write_leaves_nothing(file, monkeypatch):
    file.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(DocumentError, match=r"preview\.json cannot be written: No space left on device$"):
        write_text(file, "new")
    assert [(path.name, path.read_text()) for path in file.parent.iterdir()] == [("preview.json", "old")]
