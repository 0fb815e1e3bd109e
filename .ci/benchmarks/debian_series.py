"""Makes a series of Debian images as a Containerfile build leaves them, with dpkg's database.

Image 0 has the packages of a point release of Debian, the last one also the security updates since
then; the images between have those of a part of the source packages. One image is built twice, with
the same packages: what it downloads is what a build does not reproduce. Needs root, mmdebstrap,
podman that can run containers, skopeo, and this machine's own source of Debian packages.
"""

import hashlib
import lzma
import re
import sys
import urllib.request
from pathlib import Path

from .images import build
from .programs import run, say

SUITE = "bookworm"
BASE = "ca-certificates"
DESKTOP = (
    "xfce4 firefox-esr libreoffice-writer gimp network-manager vim git curl python3 python3-gi"
    " iputils-ping openssh-client"
)
# The parts of the updates that each image has, of PARTS; one image repeats the one before it.
PARTS = 6
STEPS = (0, 1, 2, 3, 3, 4, 5, 6)
CONTAINERFILE = """\
FROM scratch
ADD base.tar /
RUN apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y \\
    --no-install-recommends {packages} && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY files /
"""


def make(directory):
    """Makes the layouts DIRECTORY/0 with the tag v0, DIRECTORY/1 with v1, and so on."""
    release, security = _sources()
    newer = _packages_by_part(security)
    for k, parts in enumerate(STEPS):
        if (directory / str(k) / "index.json").exists():
            continue
        say(f"debian: building image {k}, with {parts} of {PARTS} parts of the security updates")
        work = directory / "work"
        (work / "files/usr/share/example").mkdir(parents=True, exist_ok=True)
        (work / "files/usr/share/example/build").write_text(f"{k}\n")
        lines = [release, security] if parts else [release]
        preferences = work / "preferences"
        preferences.write_text(
            "".join(
                f"Package: {' '.join(names)}\nPin: release l=Debian-Security\nPin-Priority: 1\n\n"
                for part, names in newer.items()
                if part >= parts
            )
        )
        base = work / "base.tar"
        base.unlink(missing_ok=True)
        run(
            *("mmdebstrap", "--variant=minbase", f"--include={BASE}"),
            f"--aptopt=Dir::Etc::Preferences {preferences}",
            *("--customize-hook", f'cp {preferences} "$1/etc/apt/preferences"'),
            *(SUITE, str(base), *lines),
        )
        (work / "Containerfile").write_text(CONTAINERFILE.format(packages=DESKTOP))
        build(work, f"localhost/varve-debian:v{k}", directory / str(k), f"v{k}")


def _sources():
    """Returns the lines of the release and of its security updates, from this machine's sources."""
    found = {}
    for source in Path("/etc/apt/sources.list.d").glob("*.sources"):
        for stanza in source.read_text().split("\n\n"):
            fields = dict(re.findall(r"^(\w[\w-]*): *(.*)$", stanza, re.MULTILINE))
            for suite in fields.get("Suites", "").split():
                found.setdefault(suite, f"deb [trusted=yes] {fields['URIs']} {suite} main")
    try:
        return found[SUITE], found[f"{SUITE}-security"]
    except KeyError as missing:
        sys.exit(f"reading this machine's package sources: expected {missing}, got {sorted(found)}")


def _packages_by_part(source):
    """Returns the packages of a source of updates, in parts; a source package is in one part."""
    _, _, uri, suite, component = source.split()
    url = f"{uri}/dists/{suite}/{component}/binary-amd64/Packages.xz"
    with urllib.request.urlopen(url) as response:
        text = lzma.decompress(response.read()).decode()
    parts = {part: [] for part in range(PARTS)}
    for stanza in text.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Source): *(\S+)", stanza, re.MULTILINE))
        if "Package" in fields:
            name = fields.get("Source", fields["Package"])
            part = hashlib.sha256(name.encode()).digest()[0] % PARTS
            parts[part].append(fields["Package"])
    return {part: sorted(set(names)) for part, names in parts.items()}
