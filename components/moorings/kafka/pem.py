"""PEM certificates and private keys, and key stores in Base64."""

import base64
import binascii
import re
import ssl
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator

from moorings.kafka.tls_rules import KEY_STORE, PEM_CERTIFICATE, PEM_PRIVATE_KEY
from moorings.validation.rules import Violation

KeyStoreType = Literal["PKCS12", "JKS"]

_BLOCK = re.compile(r"-----BEGIN (?P<label>[A-Z0-9 ]+)-----.*?-----END (?P=label)-----", re.DOTALL)
_KEY_LABELS = {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}
_MAGIC_NUMBERS: Mapping[KeyStoreType, bytes] = {"PKCS12": b"\x30", "JKS": b"\xfe\xed\xfe\xed"}
"""First bytes of the files: PKCS #12 is an ASN.1 sequence."""


def _describe(text: str) -> str:
    """Return what a text is instead of the expected PEM, without its content."""
    labels = [match["label"] for match in _BLOCK.finditer(text)]
    if labels:
        return f"got {labels[0]!r}"
    if text.startswith("/") or text.endswith((".pem", ".crt", ".key")):
        return "got a path, but files are not read; pass the content"
    return "got no PEM"


def check_certificates(text: str) -> str:
    """Return a text with one or more PEM certificates.

    Raises:
        Violation: if it contains something else, or a damaged certificate.

    """
    blocks = list(_BLOCK.finditer(text))
    if not blocks or any(block["label"] != "CERTIFICATE" for block in blocks):
        others = _describe("".join(block[0] for block in blocks if block["label"] != "CERTIFICATE") or text)
        raise Violation(PEM_CERTIFICATE, f"expected certificates between '-----BEGIN CERTIFICATE-----' lines, {others}")
    for index, block in enumerate(blocks, 1):
        try:
            encoded = ssl.PEM_cert_to_DER_cert(block[0])
        except (ValueError, binascii.Error):
            encoded = b""
        if not encoded.startswith(b"\x30"):
            problem = f"certificate {index} is damaged, because its content is no Base64; copy it with its line breaks"
            raise Violation(PEM_CERTIFICATE, problem)
    return text


def check_private_key(text: str) -> str:
    """Return the text of a PEM private key.

    Raises:
        Violation: if it is something else. The message never contains the text.

    """
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) != 1 or blocks[0]["label"] not in _KEY_LABELS:
        raise Violation(PEM_PRIVATE_KEY, f"expected one private key in PEM, {_describe(text)}")
    return text


def is_pkcs8(private_key: str) -> bool:
    """Whether a private key is in PKCS #8, encrypted or not."""
    return "-----BEGIN RSA PRIVATE KEY-----" not in private_key and "-----BEGIN EC PRIVATE KEY-----" not in private_key


def is_encrypted(private_key: str) -> bool:
    """Whether a private key is encrypted with a password."""
    return "-----BEGIN ENCRYPTED PRIVATE KEY-----" in private_key or "Proc-Type: 4,ENCRYPTED" in private_key


def check_base64(text: str) -> str:
    """Return the content of a key store in Base64.

    Raises:
        Violation: if it is no Base64 of a PKCS #12 or JKS file.

    """
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        content = b""
    if not content.startswith(tuple(_MAGIC_NUMBERS.values())):
        raise Violation(KEY_STORE, "expected a PKCS #12 or JKS file in Base64; encode the file with base64")
    return "".join(text.split())


def is_of_type(text: str, key_store_type: KeyStoreType) -> bool:
    """Whether the Base64 of a key store is that of a file of this type."""
    return base64.b64decode(text).startswith(_MAGIC_NUMBERS[key_store_type])


PemCertificates = Annotated[str, AfterValidator(check_certificates)]
"""One or more PEM certificates."""

PemPrivateKey = Annotated[str, AfterValidator(check_private_key)]
"""A PEM private key."""

Base64KeyStore = Annotated[str, AfterValidator(check_base64)]
"""A PKCS #12 or JKS file in Base64."""
