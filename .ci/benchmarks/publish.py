"""Measures an update that is published, beside the same update rechunked and pushed separately."""

import collections
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from .docker_registry import Certificate, DockerRegistry, blob_bytes, make_certificate
from .programs import CORES, fresh_directory, measured, missing, remove, run, say
from .series import find_series
from .tables import megabytes, row, rule
from .varve import varve


def measure(settings):
    """Measures the update to the last image of a series, over TLS."""
    lacks = missing("docker-registry", "openssl")
    if lacks:
        sys.exit(f"measuring publish: expected {', '.join(lacks)} in PATH")
    series = find_series(settings.big_series, settings)
    before, after = series.reference(series.last - 1), series.reference(series.last)
    work = fresh_directory(settings.work, "publish")
    target = Target(work, make_certificate(work))
    layout = work / "layout"
    run(*varve("rechunk", "-q", before, f"oci:{layout}:before", "--fresh"))
    target.seed(before)
    previous = ("--prev", f"oci:{layout}:before")
    runs = collections.defaultdict(list)
    for _ in range(settings.repeat):
        say("rechunk")
        command = varve("rechunk", "-q", after, f"oci:{layout}:after", *previous)
        runs["rechunk"].append(measured(command, work))
        say("push")
        runs["push"].append(target.measure("copy", f"oci:{layout}:after", tag=":40-2"))
        say("publish")
        names = ("--version=40-2", "--pattern=^40-", "--tag=latest")
        runs["publish"].append(target.measure("publish", after, *names))
    return {"cores": CORES, "runs": runs}


@dataclass(frozen=True)
class Target:
    """A registry that has the previous image at the start of each run."""

    work: Path
    certificate: Certificate

    def seed(self, source):
        """Publishes the previous image."""
        with DockerRegistry(fresh_directory(self.work, "base"), self.certificate) as registry:
            names = ("--version=40-1", "--fresh")
            run(*self._command(registry, "publish", source, *names))

    def measure(self, command, source, *options, tag=""):
        """Measures a command that writes to the registry; `uploaded` is its growth in bytes."""
        storage = self.work / "target"
        remove(storage)
        run("cp", "-a", str(self.work / "base"), str(storage))
        run("sync")
        before = blob_bytes(storage)
        with DockerRegistry(storage, self.certificate) as registry:
            line = self._command(registry, command, source, *options, tag=tag)
            used = measured(line, self.work)
        return used | {"uploaded": blob_bytes(storage) - before}

    def _command(self, registry, command, source, *options, tag=""):
        trust = ("--cert-dir", self.certificate.directory)
        return varve(command, "-q", *trust, source, f"docker://{registry.host}/os{tag}", *options)


def table(result):
    """Renders the measurement."""
    runs = result["runs"]
    seconds = {name: statistics.median(used["seconds"] for used in runs[name]) for name in runs}
    separately = seconds["rechunk"] + seconds["push"]
    lines = [
        f"### Publishing over TLS, {result['cores']} cores",
        "",
        row("", "seconds", "MB uploaded"),
        rule(2),
        row("rechunk into a layout", f"{seconds['rechunk']:.2f}", ""),
    ]
    for name in ("push", "publish"):
        uploaded = runs[name][0]["uploaded"]
        lines.append(row(name, f"{seconds[name]:.2f}", megabytes(uploaded)))
    ratio = seconds["publish"] / separately
    return [*lines, row("publish / (rechunk + push)", f"{ratio:.2f}", "")]
