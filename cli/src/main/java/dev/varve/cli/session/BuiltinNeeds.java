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

/** Looks for what every engine needs on this machine. */
public final class BuiltinNeeds {
  /** Less, and hardly any image can be unpacked. */
  private static final long LITTLE = 10_000_000_000L;

  /** No clock that is right shows an earlier time: this command did not exist. */
  private static final Instant WRITTEN = Instant.parse("2025-10-01T00:00:00Z");

  private BuiltinNeeds() {}

  /**
   * Finds what the machine has and lacks.
   *
   * @param scratch the directory for unpacked files; fails if none can be chosen
   * @param logins the places in which logins are looked for
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
    Path there = directory.toAbsolutePath();
    while (Files.notExists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      return Finding.lacking(
          "scratch", directory + " can't be written to", "--scratch DIR chooses another place");
    }
    long free = Files.getFileStore(there).getUsableSpace();
    String found = Human.size(free) + " free in " + directory;
    return free >= LITTLE
        ? Finding.fine("scratch", found)
        : Finding.doubtful(
            "scratch",
            found,
            "an image needs as much as its files have, uncompressed; --scratch DIR chooses another"
                + " place");
  }

  private static Finding logins(Logins logins) {
    List<String> found =
        logins.places().stream().filter(place -> Files.isReadable(Path.of(place))).toList();
    return found.isEmpty()
        ? Finding.doubtful(
            "logins", "none kept", "varve login HOST keeps one; public images can be read without")
        : Finding.fine("logins", String.join(", ", found));
  }

  private static Finding clock(Instant now) {
    return now.isAfter(WRITTEN)
        ? Finding.fine("clock", now.toString())
        : Finding.lacking(
            "clock", now + " is past", "set it: TLS, signatures and version tags need the time");
  }
}
