"""Command lines with which registry clients push, pull and copy an image over TLS.

Each client has three methods. `layout` is a directory for an OCI layout with one image, with the
tag `tag`; `to` and `at` are repositories, such as HOST:PORT/os.
"""

# ruff: noqa: D102 - the docstring above describes push, pull and copy

import os
from dataclasses import dataclass

from .docker_registry import Certificate
from .varve import varve


@dataclass(frozen=True)
class Client:
    """A client that trusts a certificate."""

    certificate: Certificate

    @property
    def environment(self):
        """The environment of the commands; None is the environment of this process."""
        return None


class Varve(Client):
    """varve copy."""

    def _copy(self, source, target):
        return varve("copy", "-q", "--cert-dir", self.certificate.directory, source, target)

    def push(self, layout, to, tag):
        return self._copy(f"oci:{layout}:{tag}", f"docker://{to}:{tag}")

    def pull(self, at, layout, tag):
        return self._copy(f"docker://{at}:{tag}", f"oci:{layout}:{tag}")

    def copy(self, at, to, tag):
        return self._copy(f"docker://{at}:{tag}", f"docker://{to}:{tag}")


class Skopeo(Client):
    """skopeo copy."""

    def _copy(self, source, target, *sides):
        trust = [f"--{side}-cert-dir={self.certificate.directory}" for side in sides]
        return ["skopeo", "copy", "-q", *trust, source, target]

    def push(self, layout, to, tag):
        return self._copy(f"oci:{layout}:{tag}", f"docker://{to}:{tag}", "dest")

    def pull(self, at, layout, tag):
        return self._copy(f"docker://{at}:{tag}", f"oci:{layout}:{tag}", "src")

    def copy(self, at, to, tag):
        return self._copy(f"docker://{at}:{tag}", f"docker://{to}:{tag}", "src", "dest")


class Crane(Client):
    """crane push, crane pull and crane copy."""

    @property
    def environment(self):
        """The environment of the commands: it names the certificate to trust."""
        return {**os.environ, "SSL_CERT_FILE": str(self.certificate.file)}

    def push(self, layout, to, tag):
        return ["crane", "push", str(layout), f"{to}:{tag}"]

    def pull(self, at, layout, tag):
        return ["crane", "pull", "--format=oci", f"{at}:{tag}", str(layout)]

    def copy(self, at, to, tag):
        return ["crane", "copy", f"{at}:{tag}", f"{to}:{tag}"]


def then_sync(layout, pull):
    """Returns a command line that pulls, and then writes all files of the layout to the disk."""
    script = '"$@" && find "$0" -type f -exec sync {} +'
    return ["sh", "-c", script, str(layout), *pull]


class CraneThenSync(Crane):
    """crane, and sync after a pull: Varve and skopeo sync the files that they pull themselves."""

    def pull(self, at, layout, tag):
        return then_sync(layout, super().pull(at, layout, tag))


class Regctl(Crane):
    """regctl image copy."""

    def push(self, layout, to, tag):
        return self.copy(f"ocidir://{layout}", to, tag)

    def pull(self, at, layout, tag):
        return self.copy(at, f"ocidir://{layout}", tag)

    def copy(self, at, to, tag):
        return ["regctl", "image", "copy", f"{at}:{tag}", f"{to}:{tag}"]


class RegctlThenSync(Regctl):
    """regctl, and sync after a pull."""

    def pull(self, at, layout, tag):
        return then_sync(layout, super().pull(at, layout, tag))
