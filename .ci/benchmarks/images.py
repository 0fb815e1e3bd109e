"""Reads OCI layouts without Varve."""

import json
from pathlib import Path

from .programs import remove, run

REF_NAME = "org.opencontainers.image.ref.name"


class Layout:
    """An OCI layout in a directory."""

    def __init__(self, directory):
        """Reads nothing yet: the directory may be created later."""
        self.directory = Path(directory)

    def blob(self, digest):
        """Returns the path of a blob."""
        return self.directory / "blobs" / digest.replace(":", "/")

    def read(self, digest):
        """Returns a JSON blob, parsed."""
        return json.loads(self.blob(digest).read_text())

    def _descriptors(self):
        return json.loads((self.directory / "index.json").read_text())["manifests"]

    def tags(self):
        """Returns the digest of the manifest of each tag."""
        return {
            descriptor["annotations"][REF_NAME]: descriptor["digest"]
            for descriptor in self._descriptors()
            if REF_NAME in descriptor.get("annotations", {})
        }

    def manifest(self, tag=None):
        """Returns the manifest of a tag; without a tag, the manifest of the only image."""
        return self.read(self.tags()[tag] if tag else self._descriptors()[0]["digest"])

    def config(self, tag):
        """Returns the image configuration of a tag."""
        return self.read(self.manifest(tag)["config"]["digest"])

    def layers(self, tag=None):
        """Returns the compressed size in bytes of each layer, by digest."""
        return {blob["digest"]: blob["size"] for blob in self.manifest(tag)["layers"]}


def downloaded(had, wanted):
    """Returns the bytes of the layers in `wanted` that a client with the layers `had` downloads."""
    return sum(size for digest, size in wanted.items() if digest not in had)


def build(context, image, directory, tag):
    """Builds an image with podman from a directory with a Containerfile, and copies it to a layout.

    The image has the name `image` in podman's storage in the meantime.
    """
    run("podman", "build", "-q", "--no-cache", "--network=host", "-t", image, str(context))
    run("skopeo", "copy", "-q", f"containers-storage:{image}", f"oci:{directory}:{tag}")
    run("podman", "rmi", image)


def unpack(directory, tag, bundle, is_gzip=True):
    """Unpacks an image with umoci, and returns the directory of its root file system.

    umoci does not read zstd: if `is_gzip` is false, skopeo compresses the layers with gzip first.
    """
    remove(bundle)
    converted = Path(f"{bundle}.gzip")
    if not is_gzip:
        remove(converted)
        run(
            *("skopeo", "copy", "-q", "--dest-compress", "--dest-compress-format", "gzip"),
            *("--dest-compress-level", "1", f"oci:{directory}:{tag}", f"oci:{converted}:{tag}"),
        )
        directory = converted
    run("umoci", "unpack", "--image", f"{directory}:{tag}", str(bundle))
    remove(converted)
    return Path(bundle) / "rootfs"
