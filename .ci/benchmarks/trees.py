"""Compares unpacked images file by file, without Varve."""

import collections
import concurrent.futures
import hashlib
import os
import stat

from .programs import CORES


def walk(root):
    """Returns the facts about each path below a directory that rechunking must not change.

    The facts are mode, owner, group, size, contents, extended attributes and hard links.
    Modification times are not among them, because rechunking sets new ones; neither are SELinux
    labels, which images do not contain.
    """
    found, inodes, files = {}, collections.defaultdict(list), []
    pending = [root]
    while pending:
        for entry in os.scandir(pending.pop()):
            path = os.path.relpath(entry.path, root)
            st = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(st.st_mode):
                pending.append(entry.path)
            elif stat.S_ISREG(st.st_mode):
                files.append(path)
                inodes[st.st_ino].append(path)
            found[path] = _facts(entry, st)
    with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
        digests = pool.map(lambda path: _sha256(os.path.join(root, path)), files)
        contents = dict(zip(files, digests, strict=True))
    links = {p: tuple(sorted(paths)) for paths in inodes.values() for p in paths if len(paths) > 1}
    return {path: (*facts, contents.get(path), links.get(path)) for path, facts in found.items()}


def _facts(entry, st):
    attributes = sorted(
        (name, os.getxattr(entry.path, name, follow_symlinks=False).hex())
        for name in os.listxattr(entry.path, follow_symlinks=False)
        if name != "security.selinux" and not name.startswith("trusted.")
    )
    special = ""
    if stat.S_ISLNK(st.st_mode):
        special = os.readlink(entry.path)
    elif not (stat.S_ISDIR(st.st_mode) or stat.S_ISREG(st.st_mode)):
        special = str(st.st_rdev)
    size = st.st_size if stat.S_ISREG(st.st_mode) else 0
    return st.st_mode, st.st_uid, st.st_gid, size, special, tuple(attributes)


def _sha256(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def differences(a, b):
    """Returns the paths, sorted, whose facts in two trees differ."""
    return sorted(path for path in a.keys() | b.keys() if a.get(path) != b.get(path))
