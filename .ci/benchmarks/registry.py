"""Measures pushes, pulls and copies of big images, beside skopeo, crane and regctl, over TLS."""

import collections
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from .clients import Crane, CraneThenSync, Regctl, RegctlThenSync, Skopeo, Varve
from .docker_registry import Certificate, DockerRegistry, blob_bytes, make_certificate
from .images import Layout, downloaded
from .programs import CORES, fresh_directory, measured, missing, remove, run, say
from .series import find_series, rechunk
from .tables import mebibytes, megabytes, row, rule
from .tags import measure_tags

FIRST_PUSH = "push, nothing there"
NEXT_PUSH = "push of the next image"
PULL = "pull"
PULL_TO_DISK = "pull, until it is on the disk"
COPY = "copy to another registry"


def measure(settings):
    """Measures the two last images of a series, as built and rechunked."""
    lacks = missing("docker-registry", "skopeo", "openssl")
    if lacks:
        sys.exit(f"measuring transfers: expected {', '.join(lacks)} in PATH")
    series = find_series(settings.big_series, settings)
    work = fresh_directory(settings.work, "registry")
    certificate = make_certificate(work)
    numbers = {"first": series.last - 1, "next": series.last}
    say("rechunking two images to push")
    rechunked = rechunk(series, work, images=tuple(numbers.values())).directory
    result = {"cores": CORES, "images": {}}
    for kind in ("as built", "rechunked"):
        directory, images = fresh_directory(work, kind.replace(" ", "-")), {}
        for name, k in numbers.items():
            source = series.layout(k).directory if kind == "as built" else rechunked
            images[name] = Image(directory / name, f"v{k}")
            run("skopeo", "copy", "-q", f"oci:{source}:v{k}", images[name].reference)
        transfers = Transfers(images["first"], images["next"], certificate, work)
        say(f"transfers of images {kind}")
        result["images"][kind] = transfers.measure(settings.repeat)
    say("listing 10,000 tags")
    result["tags"] = measure_tags(certificate, work)
    return result


@dataclass(frozen=True)
class Image:
    """The only image of an OCI layout."""

    layout: Path
    tag: str

    @property
    def reference(self):
        """The reference of the image, as skopeo takes it."""
        return f"oci:{self.layout}:{self.tag}"

    def layers(self):
        """Returns the compressed size of each layer, by digest."""
        return Layout(self.layout).layers(self.tag)


@dataclass(frozen=True)
class Transfers:
    """Transfers of an image and its next build between layouts and registries."""

    first: Image
    next: Image
    certificate: Certificate
    work: Path

    def measure(self, repeat):
        """Measures each case with each client as often as `repeat` says, in turn."""
        self._seed("base", self.first)
        self._seed("full", self.next)
        clients = {"varve": Varve(self.certificate), "skopeo": Skopeo(self.certificate)}
        synced = {}
        if not missing("crane"):
            clients["crane"] = Crane(self.certificate)
            synced["crane"] = CraneThenSync(self.certificate)
        if not missing("regctl"):
            clients["regctl"] = Regctl(self.certificate)
            synced["regctl"] = RegctlThenSync(self.certificate)
        runs = collections.defaultdict(lambda: collections.defaultdict(list))
        for case in (FIRST_PUSH, NEXT_PUSH, PULL, COPY):
            for _ in range(repeat):
                for name, client in clients.items():
                    say(f"{case}: {name}")
                    runs[case][name].append(self.measure_one(case, client))
                for name, client in synced.items() if case == PULL else ():
                    say(f"{case}: {name}, then sync")
                    runs[PULL_TO_DISK][name].append(self.measure_one(case, client))
        if synced:
            runs[PULL_TO_DISK] = {**runs[PULL], **runs[PULL_TO_DISK]}
        sizes = self.next.layers()
        return {
            "first": sum(self.first.layers().values()),
            "layers": len(sizes),
            "next": sum(sizes.values()),
            "update": downloaded(self.first.layers(), sizes),
            "runs": runs,
        }

    def _seed(self, name, image):
        """Pushes an image to a registry with an empty directory."""
        with DockerRegistry(fresh_directory(self.work, name), self.certificate) as registry:
            command = Skopeo(self.certificate).push(image.layout, f"{registry.host}/os", image.tag)
            run(*command)

    def measure_one(self, case, client):
        """Measures one transfer; `uploaded` is the growth of the target registry in bytes."""
        target, pulled = self.work / "target", self.work / "pulled"
        remove(target)
        remove(pulled)
        if case == NEXT_PUSH:
            run("cp", "-a", str(self.work / "base"), str(target))
        run("sync")
        before = blob_bytes(target)
        with DockerRegistry(target, self.certificate) as registry:
            to = f"{registry.host}/os"
            if case in (FIRST_PUSH, NEXT_PUSH):
                image = self.first if case == FIRST_PUSH else self.next
                used = self._run(client, client.push(image.layout, to, image.tag))
            else:
                with DockerRegistry(self.work / "full", self.certificate) as source:
                    at, tag = f"{source.host}/os", self.next.tag
                    pulls = case == PULL
                    command = client.pull(at, pulled, tag) if pulls else client.copy(at, to, tag)
                    used = self._run(client, command)
        return used | {"uploaded": blob_bytes(target) - before}

    def _run(self, client, command):
        return measured(command, self.work, env=client.environment)


def table(result):
    """Renders the measurement."""
    lines = [f"### Registry over TLS, {result['cores']} cores"]
    for kind, images in result["images"].items():
        clients = list(images["runs"][PULL])
        lines += [
            "",
            f"{kind.capitalize()}: {images['next'] / 1e9:.2f} GB in {images['layers']} layers,"
            f" {megabytes(images['update'])} MB of them new:",
            "",
            row(
                *("", *clients, "Varve / fastest other"),
                *("bytes Varve uploaded", "peak memory of Varve"),
            ),
            rule(len(clients) + 3),
        ]
        for case, runs in images["runs"].items():
            lines.append(_case_row(case, runs, clients))
    return [*lines, "", f"10,000 tags, 100 a page, listed and filtered: {result['tags']:.2f} s."]


def _case_row(case, runs, clients):
    times = {name: statistics.median(used["seconds"] for used in runs[name]) for name in clients}
    fastest = min(seconds for name, seconds in times.items() if name != "varve")
    return row(
        case,
        *(f"{times[name]:.2f} s" for name in clients),
        f"{times['varve'] / fastest:.2f}",
        f"{megabytes(runs['varve'][0]['uploaded'])} MB",
        mebibytes(max(used["rss"] for used in runs["varve"])),
    )
