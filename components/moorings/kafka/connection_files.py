"""Files of a connection: certificates and private keys in PEM, and key stores."""

from typing import Any

import pulumi

from moorings.kafka.tls import KafkaTls
from moorings.kafka.tls_settings import (
    CA_FILE,
    CERTIFICATE_FILE,
    KEY_FILE,
    KEY_STORE_FILE,
    PEM_KEY_STORE_FILE,
    TRUST_STORE_FILE,
)
from moorings.validation.inputs import as_output, gather

FILES_DIRECTORY = "/etc/kafka-client"
"""Directory in which components mount the files of a connection."""


def pem_files(tls: KafkaTls, directory: str) -> dict[str, pulumi.Output[str]]:
    """Return the content of the PEM files by path."""
    files: dict[str, pulumi.Output[str]] = {}
    if tls.ca_certificate is not None:
        files[CA_FILE] = as_output(tls.ca_certificate)
    if tls.certificate is not None:
        certificate, key = as_output(tls.certificate), as_output(tls.private_key)
        files |= {CERTIFICATE_FILE: certificate, KEY_FILE: key}
        files[PEM_KEY_STORE_FILE] = gather(key, certificate).apply(lambda pem: _lines(pem[0]) + _lines(pem[1]))
    return {f"{directory}/{name}": content for name, content in files.items()}


def base64_files(tls: KafkaTls, directory: str) -> dict[str, pulumi.Output[str]]:
    """Return the content of the key stores in Base64 by path."""
    stores: dict[str, Any] = {TRUST_STORE_FILE: tls.truststore, KEY_STORE_FILE: tls.keystore}
    return {f"{directory}/{name}": as_output(store.content) for name, store in stores.items() if store is not None}


def _lines(pem: str) -> str:
    return pem if pem.endswith("\n") else f"{pem}\n"
