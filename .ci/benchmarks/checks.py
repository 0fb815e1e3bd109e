"""Checks images that Varve wrote: contents, other readers, and equal bytes in another run."""

import json
import os
import re
from pathlib import Path

from .programs import ProgramError, fresh_directory, missing, remove, run, say, succeeds
from .series import rechunk
from .varve import varve


def verify_content(series, output):
    """Returns for each tag whether varve verify-content finds the image equal to its source."""
    return {
        f"v{k}": succeeds(
            *varve("verify-content", series.reference(k)),
            *(f"oci:{output.directory}:v{k}", "--quiet"),
        )
        for k in range(series.count)
    }


def readers(output, tag, work):
    """Returns for each program that is installed whether it reads the image."""
    reference = f"oci:{output.directory}:{tag}"
    found = {}
    if not missing("skopeo"):
        layers = json.loads(run("skopeo", "inspect", reference))["Layers"]
        found["skopeo inspect"] = layers == list(output.layers(tag))
    if not missing("podman"):
        found["podman pull"] = _podman_reads(reference, work)
    return found


def _podman_reads(reference, work):
    storage, state = work / "storage", work / "storage-run"
    podman = ("podman", "--root", str(storage), "--runroot", str(state))
    try:
        name = run(*podman, "pull", "-q", reference).strip()
        return bool(json.loads(run(*podman, "image", "inspect", name)))
    except ProgramError as e:
        say(str(e))
        return False
    finally:
        succeeds(*podman, "system", "reset", "-f")
        remove(storage)
        remove(state)


def same_bytes(series, first, work):
    """Returns for further runs whether they write the same manifests as the first run."""
    images = (0, 1)
    expected = {f"v{k}": first.tags()[f"v{k}"] for k in images}
    environments = {"again": None}
    newer = newest_jdk()
    if newer:
        version, home = newer
        environments[f"on JDK {version}"] = {**os.environ, "JAVA_HOME": str(home)}
    found = {}
    for name, env in environments.items():
        say(f"{series.name}: rechunking two images {name}")
        layout = rechunk(series, fresh_directory(work, "same"), images=images, env=env)
        found[name] = layout.tags() == expected
    remove(work / "same")
    return found


def newest_jdk():
    """Returns version and home of the newest JDK, or None if no JDK is newer than 17."""
    found = {}
    for release in Path("/usr/lib/jvm").glob("*/release"):
        version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
        if version and int(version[1]) > 17:
            found[int(version[1])] = release.parent
    return max(found.items(), default=None)
