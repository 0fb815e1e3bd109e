package dev.varve.runner.storage;

import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.Programs;
import dev.varve.runner.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The needs of a BTRFS in a file. Without a BTRFS, podman works in root's own storage. */
public final class StorageNeeds {
  private static final String ONLY_STORAGE = "; only a BTRFS for podman's storage needs it";
  private static final Path LOOP_CONTROL = Path.of("/dev/loop-control");
  private static final Path MODULES = Path.of("/lib/modules");

  private StorageNeeds() {}

  /** Checks the needs on this machine, and changes nothing. */
  public static List<Finding> find(StorageSettings settings, Programs programs) throws IOException {
    return List.of(
        btrfs(Kernel.RUNNING),
        programs
            .find("mkfs.btrfs")
            .map(path -> Finding.fine("mkfs.btrfs", path))
            .orElseGet(
                () ->
                    Finding.doubtful(
                        "mkfs.btrfs",
                        "not installed",
                        "install the package btrfs-progs" + ONLY_STORAGE)),
        Files.exists(LOOP_CONTROL)
            ? Finding.fine("loop devices", LOOP_CONTROL.toString())
            : Finding.doubtful(
                "loop devices",
                "there is no " + LOOP_CONTROL,
                "modprobe loop, or give the container that this runs in its devices"
                    + ONLY_STORAGE),
        room(settings));
  }

  static Finding btrfs(Kernel kernel) throws IOException {
    if (kernel.hasBtrfs()) {
      return Finding.fine("BTRFS", "the kernel has it");
    }
    return hasModule()
        ? Finding.fine("BTRFS", "the kernel has a module for it")
        : Finding.doubtful(
            "BTRFS",
            "the kernel has neither BTRFS nor a module for it",
            "install the package with the kernel's further modules" + ONLY_STORAGE);
  }

  private static boolean hasModule() throws IOException {
    Path modules = MODULES.resolve(System.getProperty("os.version", "")).resolve("modules.dep");
    if (!Files.isReadable(modules)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(modules)) {
      Optional<String> module = lines.filter(line -> line.contains("/btrfs.ko")).findFirst();
      return module.isPresent();
    }
  }

  private static Finding room(StorageSettings settings) throws IOException {
    Path parent = settings.directory();
    if (!Files.isDirectory(parent)) {
      return Finding.doubtful(
          "room for a BTRFS",
          "there is no " + parent,
          "make it, or put the file elsewhere",
          Remedy.OTHER_STORAGE_FILE);
    }
    long free = Files.getFileStore(parent).getUsableSpace();
    String found = String.format(Locale.ROOT, "%.1f GB free in %s", free / 1e9, parent);
    return free >= settings.minFree()
        ? Finding.fine("room for a BTRFS", found)
        : Finding.doubtful(
            "room for a BTRFS",
            found,
            String.format(Locale.ROOT, "expected %.1f GB; free some", settings.minFree() / 1e9),
            Remedy.SMALLER_STORAGE);
  }
}
