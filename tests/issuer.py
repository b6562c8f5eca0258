"""An external identity provider on loopback: a key pair, a JWKS document, tokens."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from jobmate_agent.settings import ExternalIssuer


class Issuer:
    """Serves its public keys over HTTP and signs tokens with the private ones. ``requests`` counts look-ups."""

    def __init__(self, audience: str | None = None) -> None:
        self.audience = audience
        self.keys = {"first": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.requests = 0
        self.broken = False
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.requests += 1
                body = b"{}" if issuer.broken else json.dumps(issuer.document()).encode()
                self.send_response(500 if issuer.broken else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.name = f"http://127.0.0.1:{self._server.server_port}/realm"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def setting(self) -> ExternalIssuer:
        return ExternalIssuer(issuer=self.name, jwks_url=f"{self.name}/keys", audience=self.audience)

    def document(self) -> dict[str, Any]:
        keys = []
        for kid, key in self.keys.items():
            public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
            keys.append({**public, "kid": kid, "use": "sig", "alg": "RS256"})
        return {"keys": keys}

    def public_pem(self) -> bytes:
        return self.keys["first"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Claims of a good token; a change to None leaves the claim out."""
        now = int(time.time())
        claims = {
            "iss": self.name,
            "sub": "subject-1",
            "aud": self.audience,
            "iat": now,
            "exp": now + 600,
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, *, kid: str | None = "first", key: Any = None, alg: str = "RS256", **changes: Any) -> str:
        headers = {"kid": kid} if kid is not None else {}
        return jwt.encode(self.claims(**changes), key or self.keys["first"], algorithm=alg, headers=headers)
