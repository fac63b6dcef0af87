"""Certificates for brokers and clients of tests, created with openssl and keytool."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "password-of-the-key-stores"


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path

    @property
    def key_store(self) -> Path:
        """Key and certificate in one PEM file, as Kafka reads them."""
        return self.certificate.with_suffix(".keystore.pem")

    @property
    def pkcs12(self) -> Path:
        """Key and certificate in a PKCS #12 file. Its password is `PASSWORD`."""
        return self.certificate.with_suffix(".p12")

    def encrypted_key(self, *options: str) -> Path:
        """Write the key encrypted with `PASSWORD`, and return the PEM file."""
        encrypted = self.key.with_suffix(".encrypted.key")
        _openssl("pkcs8", "-topk8", *options, "-in", self.key, "-out", encrypted, "-passout", f"pass:{PASSWORD}")
        return encrypted


class CertificateAuthority:
    """A certificate authority that only these tests trust."""

    def __init__(self, folder: Path) -> None:
        """Create the authority. Its files are stored in the folder."""
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca.key"
        self.trust_store = folder / "ca.p12"
        """The certificate in a PKCS #12 file, as ``javax.net.ssl.trustStore`` requires. Its password is `PASSWORD`."""
        subject = ["-subj", "/CN=moorings tests", "-addext", "basicConstraints=critical,CA:TRUE"]
        _openssl("req", "-x509", *_new_key(self._key), *subject, "-days", "2", "-out", self.certificate)
        store = ["-keystore", self.trust_store, "-storetype", "PKCS12", "-storepass", PASSWORD]
        _run("keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", self.certificate, *store)

    def issue(self, name: str, subject: str, *hosts: str) -> Certificate:
        """Issue a certificate for a subject (``/CN=orders``) and, if it is that of a server, its host names."""
        issued = Certificate(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        names = ",".join(f"DNS:{host}" for host in hosts)
        extensions.write_text(f"subjectAltName={names}\n" if hosts else "extendedKeyUsage=clientAuth\n", "utf-8")
        _openssl("req", *_new_key(issued.key), "-utf8", "-subj", subject, "-out", request)
        authority = ["-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-days", "2"]
        _openssl("x509", "-req", "-in", request, *authority, "-extfile", extensions, "-out", issued.certificate)
        issued.key_store.write_text(issued.key.read_text("utf-8") + issued.certificate.read_text("utf-8"), "utf-8")
        store = ["-in", issued.key_store, "-out", issued.pkcs12, "-passout", f"pass:{PASSWORD}"]
        _openssl("pkcs12", "-export", *store)
        return issued


def trust_options(authority: CertificateAuthority) -> list[str]:
    """Options with which a Java virtual machine trusts a certificate authority, as it does those of MSK by default."""
    return [f"-Djavax.net.ssl.trustStore={authority.trust_store}", f"-Djavax.net.ssl.trustStorePassword={PASSWORD}"]


def _new_key(file: Path) -> list[str | Path]:
    return ["-newkey", "rsa:2048", "-nodes", "-keyout", file]


def _openssl(*arguments: str | Path) -> None:
    _run("openssl", *arguments)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)
