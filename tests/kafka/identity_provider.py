"""An identity provider on localhost: an OAuth token endpoint, and the keys with which brokers verify its tokens."""

import base64
import json
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

ISSUER, AUDIENCE = "https://identity.example.com", "kafka"


class IdentityProvider:
    """Signs tokens with RS256. Its public key is in a JWKS file, which brokers read."""

    def __init__(self, folder: Path) -> None:
        """Create the key and the JWKS file in the folder."""
        self._key = folder / "identity.key"
        self.jwks = folder / "jwks.json"
        _openssl("genrsa", "-out", str(self._key), "2048")
        modulus = _openssl("rsa", "-in", str(self._key), "-noout", "-modulus").decode().strip().partition("=")[2]
        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": "1",
            "e": "AQAB",
            "n": _base64(bytes.fromhex(modulus)),
        }
        self.jwks.write_text(json.dumps({"keys": [key]}), "utf-8")

    @property
    def jwks_url(self) -> str:
        """URL of the JWKS file."""
        return self.jwks.as_uri()

    def token(self, subject: str, scope: str = "kafka") -> str:
        """Return a token of a client, which is valid for an hour."""
        now = int(time.time())
        claims = {"sub": subject, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3600, "scope": scope}
        parts = ({"alg": "RS256", "typ": "JWT", "kid": "1"}, claims)
        signed = ".".join(_base64(json.dumps(part).encode()) for part in parts)
        signature = _openssl("dgst", "-sha256", "-sign", str(self._key), stdin=signed.encode())
        return f"{signed}.{_base64(signature)}"

    @contextmanager
    def serve(self, clients: Mapping[str, str]) -> Iterator[str]:
        """Run a token endpoint for clients with these secrets. Yields its URL."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            """Answers requests for tokens with the client credentials grant."""

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
                scheme, _, encoded = self.headers.get("Authorization", "").partition(" ")
                client, _, secret = base64.b64decode(encoded).decode().partition(":")
                is_known = scheme == "Basic" and clients.get(client) == secret
                body: dict[str, object] = {"error": "invalid_client"}
                if is_known and form.get("grant_type") == ["client_credentials"]:
                    token = provider.token(client, *form.get("scope", []))
                    body = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
                content = json.dumps(body).encode()
                self.send_response(200 if "access_token" in body else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name of the base class
                """Log nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/token"
            finally:
                server.shutdown()
                thread.join()


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _openssl(*arguments: str, stdin: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *arguments], input=stdin, check=True, capture_output=True).stdout
