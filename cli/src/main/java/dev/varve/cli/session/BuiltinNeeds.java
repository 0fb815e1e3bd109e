package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.cli.terminal.Human;
import dev.varve.core.bytes.IoSupplier;
import dev.varve.registry.credentials.Logins;
import dev.varve.runner.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Checks the requirements of every engine on this machine. */
public final class BuiltinNeeds {
  /** The recommended free space; few images can be unpacked with less. */
  private static final long LITTLE = 10_000_000_000L;

  /** A lower bound for a correct clock: the date of this command's first version. */
  private static final Instant WRITTEN = Instant.parse("2025-10-01T00:00:00Z");

  private BuiltinNeeds() {}

  /**
   * Checks the machine.
   *
   * @param scratch returns the directory for unpacked files, or fails
   * @param logins the places of logins
   */
  public static List<Finding> find(Console console, IoSupplier<Path> scratch, Logins logins)
      throws IOException {
    return List.of(
        Finding.fine(
            "Java",
            Runtime.version() + ", a heap of " + Human.size(Runtime.getRuntime().maxMemory())),
        scratch(scratch),
        logins(logins),
        clock(console.clock().instant()));
  }

  private static Finding scratch(IoSupplier<Path> chosen) throws IOException {
    Path directory;
    try {
      directory = chosen.get();
    } catch (IOException e) {
      return Finding.lacking("scratch", Failures.reason(e), "TMPDIR must name a directory");
    }
    Path existing = directory.toAbsolutePath();
    while (Files.notExists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isWritable(existing)) {
      return Finding.lacking(
          "scratch", directory + " can't be written to", "--scratch DIR chooses another place");
    }
    long free = Files.getFileStore(existing).getUsableSpace();
    String found = Human.size(free) + " free in " + directory;
    return free >= LITTLE
        ? Finding.fine("scratch", found)
        : Finding.doubtful(
            "scratch",
            found,
            "an image needs as much space as its uncompressed files; --scratch DIR chooses another"
                + " place");
  }

  private static Finding logins(Logins logins) {
    List<String> found =
        logins.places().stream().filter(place -> Files.isReadable(Path.of(place))).toList();
    return found.isEmpty()
        ? Finding.doubtful(
            "logins", "none stored", "varve login HOST stores one; public images need none")
        : Finding.fine("logins", String.join(", ", found));
  }

  private static Finding clock(Instant now) {
    return now.isAfter(WRITTEN)
        ? Finding.fine("clock", now.toString())
        : Finding.lacking(
            "clock",
            now + " is in the past",
            "set it: TLS, signatures and version tags need the time");
  }
}
