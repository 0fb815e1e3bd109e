"""Measures what driving the hhd-dev/rechunk container costs in addition to the container itself.

A small image stands in for the container's image: it has a static busybox, and the scripts of the
tests in place of the scripts of the tool.
"""

import collections
import os
import shutil

from .programs import fresh_directory, measured, remove, run
from .tables import row
from .varve import PROJECT, varve

SAMPLE = PROJECT / "cli/src/main/resources/dev/varve/cli/session/sample.oci.tar"
SCRIPTS = PROJECT / "rechunk-runner/src/test/resources/dev/varve/runner/container"
BUSYBOX = "/bin/busybox"
TOOL_IMAGE = "localhost/varve-bench:tool"
SOURCE_IMAGE = "localhost/varve-bench:source"
FEWEST_RUNS = 3

# Writes a line for each call of podman: the subcommand, and when the call began and ended.
TIMED_PODMAN = """#!/bin/bash
began=$EPOCHREALTIME
{podman} "$@"
status=$?
echo "$1 $began $EPOCHREALTIME" >>{calls}
exit $status
"""


def measure(settings):
    """Measures a few runs; the time in podman run counts as the container's own."""
    work = fresh_directory(settings.work, "container")
    calls = work / "calls"
    fresh_directory(work, "bin")
    podman = work / "bin/podman"
    podman.write_text(TIMED_PODMAN.format(podman=shutil.which("podman"), calls=calls))
    podman.chmod(0o755)
    make_tool_image(work)
    image = run("podman", "pull", "-q", f"oci-archive:{SAMPLE}:monday").strip()
    run("podman", "tag", image, SOURCE_IMAGE)
    try:
        count = max(settings.repeat, FEWEST_RUNS)
        return {"runs": [measure_run(work, calls, i) for i in range(count)]}
    finally:
        run("podman", "rmi", "-f", TOOL_IMAGE, SOURCE_IMAGE, image)


def make_tool_image(work):
    """Imports the image that stands in for the image of hhd-dev/rechunk."""
    root = work / "tool"
    for directory in ("bin", "sources/rechunk", "workspace"):
        fresh_directory(root, directory)
    shutil.copy(BUSYBOX, root / "bin")
    for applet in run(BUSYBOX, "--list").split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    for script in SCRIPTS.glob("*.sh"):
        copy = root / "sources/rechunk" / script.name
        shutil.copy(script, copy)
        copy.chmod(0o755)
    (root / "sources/rechunk/packages.json").write_text("{}")
    run("tar", "-C", str(root), "-cf", str(work / "tool.tar"), ".")
    run(
        *("podman", "import", "-q", "--change", "ENV FAULT=none", "--change", "ENV PATH=/bin"),
        *("--change", "WORKDIR /workspace", str(work / "tool.tar"), TOOL_IMAGE),
    )
    remove(root)


def measure_run(work, calls, i):
    """Measures one run of varve rechunk with the container engine."""
    calls.write_text("")
    path = f"{work / 'bin'}:{os.environ['PATH']}"
    command = varve(
        *("rechunk", "-q", f"containers-storage:{SOURCE_IMAGE}", f"oci:{work}/out:{i}", "--fresh"),
        *("--engine", "container", "--rechunk-image", TOOL_IMAGE, "--keep-ref"),
        *("--on-known-failure", "ignore"),  # the stand-in does not read the RPM database
    )
    environment = {**os.environ, "PATH": path, "TMPDIR": str(work)}
    seconds = measured(command, cwd=work, env=environment)["seconds"]
    took = collections.Counter()
    for line in calls.read_text().splitlines():
        name, began, ended = line.split()
        took["run" if name == "run" else "other"] += float(ended) - float(began)
    return {
        "seconds": seconds,
        "container": took["run"],
        "podman": took["other"],
        "driving": seconds - took["run"],
    }


def table(result):
    """Renders the run with the median time for driving."""
    runs = sorted(result["runs"], key=lambda run: run["driving"])
    middle = runs[len(runs) // 2]
    return [
        f"### Driving the container: the median of {len(runs)} runs, with a stand-in for its image",
        "",
        row("all", "the container itself (podman run)", "driving", "other podman calls in driving"),
        row(*["---:"] * 4),
        row(*(f"{middle[key]:.2f} s" for key in ("seconds", "container", "driving", "podman"))),
    ]
