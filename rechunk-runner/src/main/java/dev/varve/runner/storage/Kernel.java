package dev.varve.runner.storage;

import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.Programs;
import dev.varve.runner.MachineLacksException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file systems of a kernel.
 *
 * @param filesystems the path of the file that lists them
 */
record Kernel(Path filesystems) {
  /** The running kernel. */
  static final Kernel RUNNING = new Kernel(Path.of("/proc/filesystems"));

  boolean hasBtrfs() throws IOException {
    return Files.readAllLines(filesystems).stream().anyMatch(line -> line.strip().equals("btrfs"));
  }

  /** Checks that the kernel supports BTRFS, and loads the module if necessary. */
  void requireBtrfs(String doing, RootCommands commands, Programs programs) throws IOException {
    if (hasBtrfs()) {
      return;
    }
    Optional<String> modprobe = programs.find("modprobe");
    if (modprobe.isPresent()) {
      commands.run(modprobe.get(), "btrfs");
    }
    if (!hasBtrfs()) {
      throw new MachineLacksException(
          doing
              + ": this kernel has no BTRFS, and no module for it; install the package with the"
              + " kernel's further modules",
          Remedy.WITHOUT_STORAGE);
    }
  }
}
