"""Finds out which RPM packages of an unpacked image changed, without Varve."""

import collections
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .programs import run
from .trees import differences

DATABASES = ("usr/share/rpm", "usr/lib/sysimage/rpm", "var/lib/rpm")
MOST_LINKS = 200


def changed_packages(root, before, now):
    """Returns the names, sorted, of the packages with a file that is new or differs.

    `before` and `now` are the trees of the previous image and of the image in `root`.
    """
    changed = set(differences(before, now))
    return sorted(name for name, paths in owned_paths(root).items() if paths & changed)


def owned_paths(root):
    """Returns the paths in the image that each package owns, without symbolic links in them."""
    resolved, found, owned = {}, collections.defaultdict(set), set()
    for name, path in sorted(_listed_paths(root)):
        parent, base = os.path.split(path)
        if parent not in resolved:
            resolved[parent] = resolve(root, parent)
        inside = os.path.join(resolved[parent], base)
        full = os.path.join(root, inside)
        is_file = os.path.islink(full) or (os.path.exists(full) and not os.path.isdir(full))
        if is_file and inside not in owned:
            owned.add(inside)
            found[name].add(inside)
    return found


def _listed_paths(root):
    """Returns pairs of a package and a path that the package lists."""
    for database in DATABASES:
        original = Path(root, database, "rpmdb.sqlite")
        if original.exists():
            break
    else:
        sys.exit(f"reading the RPM database of {root}: expected rpmdb.sqlite in {DATABASES}")
    query = r"[%{=NAME}\t%{FILENAMES}\n]"
    with tempfile.TemporaryDirectory() as copy:  # rpm writes beside the database
        shutil.copy(original, copy)
        command = ("rpm", "--dbpath", copy, "-qa", "--qf", query)
        lines = run(*command, errors="surrogateescape").splitlines()
    return [tuple(line.split("\t", 1)) for line in lines if "\t" in line]


def resolve(root, directory):
    """Returns a directory of the image, with the image's symbolic links followed.

    An absolute target starts at the root of the image, not of this system.
    """
    parts, done = directory.strip("/").split("/"), ""
    for _ in range(MOST_LINKS):
        if not parts:
            return done
        path = os.path.join(done, parts.pop(0))
        full = os.path.join(root, path)
        if os.path.islink(full):
            target = os.path.join("/", done, os.readlink(full))
            parts, done = os.path.normpath(target).strip("/").split("/") + parts, ""
        else:
            done = path
    return directory.strip("/")
