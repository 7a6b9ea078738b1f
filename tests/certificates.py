"""A certificate authority of the tests' own, which certifies whatever name it is asked for."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_YEARS = timedelta(days=3650)


class Authority:
    """`wrong_names` maps a host to the name that its certificate has instead."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        self._certificate = _sign(
            self._name, self._key.public_key(), self._name, self._key, is_authority=True
        )
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.wrong_names: dict[str, str] = {}

    @property
    def pem(self) -> str:
        return self._certificate.public_bytes(Encoding.PEM).decode()

    def server_context(self) -> ssl.SSLContext:
        """Answers every host that a client names with a certificate for it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

        def choose(secured: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> None:
            name = host or "127.0.0.1"
            secured.context = self._context_for(self.wrong_names.get(name, name))

        context.sni_callback = choose
        return context

    def _context_for(self, host: str) -> ssl.SSLContext:
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with TemporaryDirectory() as folder:
                file = Path(folder) / "site.pem"
                file.write_bytes(self._certify(host))
                context.load_cert_chain(file)
            self._contexts[host] = context
        return self._contexts[host]

    def _certify(self, host: str) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        certificate = _sign(subject, key.public_key(), self._name, self._key, host=host)
        return certificate.public_bytes(Encoding.PEM) + key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )


def _sign(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    host: str | None = None,
    is_authority: bool = False,
) -> x509.Certificate:
    today = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # tests move the clock
        .not_valid_before(today - _YEARS)
        .not_valid_after(today + _YEARS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
    if host:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(host)]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
