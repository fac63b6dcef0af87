"""Reads and writes the files of the command line: text in UTF-8 or UTF-16, and documents in JSON or YAML.

Whatever is wrong with a file, the error is a ``DocumentError`` with one line for the user.
"""

import codecs
import contextlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

MAX_DEPTH = 100
"""Levels of nested objects and arrays. Real documents have fewer than 30, and deeper ones exceed Python's stack."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class DocumentError(Exception):
    """A file cannot be read or written, or does not contain the expected document."""


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, or in the encoding that a byte order mark states, as PowerShell writes it.

    Raises:
        DocumentError: The file cannot be read, or is not text.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}") from None
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise DocumentError(f"{path} is not text in UTF-8; save it in this encoding") from None


def read_document(path: Path, language: str, parse: Callable[[str], Any]) -> Any:
    """Return the document in a file, which consists of plain JSON values.

    Args:
        path: the file.
        language: name of the format, for messages.
        parse: function that parses the text. It raises ``ValueError`` for invalid text.

    Raises:
        DocumentError: The file cannot be read, is invalid, or contains values that JSON does not have.

    """
    text = read_text(path)
    try:
        return _plain(parse(text), 0)
    except RecursionError:
        problem = f"nested more than {MAX_DEPTH} levels deep"
    except ValueError as error:
        # Python refuses to convert longer numbers, and advises to change the interpreter.
        problem = "a number has more than 4300 digits" if "set_int_max_str_digits" in str(error) else str(error)
    raise DocumentError(f"{path} is not valid {language}: {' '.join(problem.split())}")


def read_json(path: Path) -> Any:
    """Return the value in a JSON file.

    Raises:
        DocumentError: The file cannot be read, or is not JSON.

    """
    return read_document(path, "JSON", json.loads)


def _plain(value: Any, depth: int) -> Any:
    """Return a value with texts as keys, after checking its types and its depth.

    Raises:
        RecursionError: The value is nested too deeply, or contains itself.
        ValueError: The value contains what JSON does not have, such as dates.

    """
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value).items()  # type: ignore[redundant-cast]
        return {_key(key): _plain(item, depth + 1) for key, item in items}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in cast("list[Any]", value)]  # type: ignore[redundant-cast]
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"unsupported value of type {type(value).__name__}")


def _key(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(_plain(key, MAX_DEPTH))


def write_text(path: Path, text: str) -> None:
    """Write a file in UTF-8, completely or not at all; devices and pipes are written directly.

    Raises:
        DocumentError: The file cannot be written.

    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8", "backslashreplace")
        else:
            replace_file(path.resolve(), text)
    except OSError as error:
        raise DocumentError(f"{path} cannot be written: {error.strerror}") from None


def replace_file(path: Path, text: str) -> None:
    """Write a file completely or not at all.

    Raises:
        OSError: The file cannot be written. Nothing of it remains.

    """
    replace_files([(path, text)])


def replace_files(texts: Iterable[tuple[Path, str]]) -> None:
    """Write all files, or none of them if one cannot be written, for example because the disk is full.

    Args:
        texts: the files with their texts, which are produced one by one.

    Raises:
        OSError: A file cannot be written. All files are as before.

    """
    written: dict[Path, Path] = {}
    try:
        for path, text in texts:
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            written[path] = temporary
            temporary.write_text(text, "utf-8", "backslashreplace")
        for path, temporary in written.items():
            temporary.replace(path)
    except BaseException:
        for temporary in written.values():
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise
