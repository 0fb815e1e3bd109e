"""Starts docker-registry over TLS on this machine."""

import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .programs import fresh_directory, run

ADDRESS = "127.0.0.1"
SECONDS_TO_START = 30


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for the loopback address, and its private key.

    `directory` contains the certificate alone, as --cert-dir of Varve and skopeo expects.
    """

    directory: Path
    file: Path
    key: Path


def make_certificate(work):
    """Makes a certificate with openssl, and returns its files."""
    directory, key = fresh_directory(work, "certificates"), work / "registry.key"
    file = directory / "registry.crt"
    run(
        *("openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec"),
        *("-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=varve-bench"),
        *("-addext", f"subjectAltName=IP:{ADDRESS}", "-keyout", str(key), "-out", str(file)),
    )
    return Certificate(directory, file, key)


class DockerRegistry:
    """A docker-registry that runs while a with block runs, and keeps its blobs in a directory."""

    def __init__(self, storage, certificate):
        """Prepares a configuration beside the directory `storage`, on a free port."""
        with socket.socket() as s:
            s.bind((ADDRESS, 0))
            self._port = s.getsockname()[1]
        self.host = f"{ADDRESS}:{self._port}"
        self._config = Path(f"{storage}.yml")
        self._config.write_text(
            "version: 0.1\n"
            "log: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {storage}}}, delete: {{enabled: true}}}}\n"
            f"http: {{addr: '{self.host}',"
            f" tls: {{certificate: {certificate.file}, key: {certificate.key}}}}}\n"
        )

    def __enter__(self):
        self._process = subprocess.Popen(
            ["docker-registry", "serve", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise ConnectionError(f"starting docker-registry with {self._config}: no answer")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()

    def _answers(self):
        with socket.socket() as s:
            return s.connect_ex((ADDRESS, self._port)) == 0


def blob_bytes(storage):
    """Returns the bytes of all blobs that a registry keeps in a directory."""
    blobs = Path(storage).glob("docker/registry/v2/blobs/sha256/*/*/data")
    return sum(blob.stat().st_size for blob in blobs)
