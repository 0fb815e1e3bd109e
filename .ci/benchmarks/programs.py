"""Runs other programs, and measures the time, memory and disk space that they use."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CORES = len(os.sched_getaffinity(0))
BEGAN = time.monotonic()
SAMPLING_SECONDS = 0.2


class ProgramError(Exception):
    """A program ended with an exit code other than 0."""

    def __init__(self, command, exit_code, output):
        """Keeps the end of the program's standard error for the message."""
        words = " ".join(map(str, command))
        super().__init__(
            f"running {words}: expected exit code 0, got {exit_code}: {output[-2000:]}"
        )


def say(text):
    """Prints a line about progress, with the seconds since the benchmark began."""
    print(f"[{time.monotonic() - BEGAN:6.0f} s] {text}", file=sys.stderr, flush=True)


def run(*command, **options):
    """Runs a program and returns its standard output as text."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise ProgramError(command, done.returncode, done.stderr)
    return done.stdout


def succeeds(*command):
    """Runs a program without showing its output, and returns whether its exit code is 0."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def side_by_side(script, files, *arguments):
    """Runs a shell script for each file, as many at a time as cores, and returns the seconds.

    The script gets the arguments and then the file, beginning with $0.
    """
    began = time.monotonic()
    run(
        *("xargs", "-d", "\n", "-n", "1", "-P", str(CORES), "sh", "-c", script, *arguments),
        input="\n".join(map(str, files)),
    )
    return time.monotonic() - began


def measured(command, cwd, scratch=None, env=None):
    """Runs a program and returns what it used.

    The keys are `seconds` (elapsed), `cpu` (seconds of processor time), `rss` (peak resident
    memory in bytes) and `scratch` (peak bytes on the disk in the directory `scratch`).
    """
    with tempfile.TemporaryFile() as log:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=log, env=env)
        with ScratchSampler(process.pid, scratch) as sampler:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            raise ProgramError(command, process.returncode, log.read().decode(errors="replace"))
    return {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "rss": usage.ru_maxrss * 1024,
        "scratch": sampler.peak,
    }


class ScratchSampler:
    """Samples the disk space that a process uses in a directory while a with block runs."""

    def __init__(self, pid, directory):
        """Samples nothing if `directory` is None."""
        self.peak = 0
        self._pid = pid
        self._directory = directory
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self):
        if self._directory:
            self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        if self._directory:
            self._thread.join()

    def _sample(self):
        while not self._stop.wait(SAMPLING_SECONDS):
            self.peak = max(self.peak, disk_use(self._directory) + unlinked_bytes(self._pid))


def disk_use(directory):
    """Returns the bytes that the files below a directory use on the disk, hard links once."""
    sizes = {}
    for base, _, files in os.walk(directory):
        for name in files:
            try:
                st = os.lstat(os.path.join(base, name))
            except FileNotFoundError:
                continue  # deleted after the directory was listed
            sizes[st.st_dev, st.st_ino] = st.st_blocks * 512
    return sum(sizes.values())


def unlinked_bytes(pid):
    """Returns the bytes of the files that a process has open after unlinking them.

    Varve unlinks its scratch files right after it creates them.
    """
    sizes = {}
    for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            st = descriptor.stat()
        except OSError:
            continue  # closed after the directory was listed
        if stat.S_ISREG(st.st_mode) and st.st_nlink == 0:
            sizes[st.st_dev, st.st_ino] = st.st_blocks * 512
    return sum(sizes.values())


def missing(*programs):
    """Returns those of the programs that PATH does not contain."""
    return [program for program in programs if not shutil.which(program)]


def remove(directory):
    """Removes a directory and its contents, if it exists."""
    shutil.rmtree(directory, ignore_errors=True)


def fresh_directory(*parts):
    """Creates an empty directory in place of the old one, and returns its path."""
    path = Path(*parts)
    remove(path)
    path.mkdir(parents=True)
    return path
