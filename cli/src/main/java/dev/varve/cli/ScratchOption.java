package dev.varve.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command unpacks what it can't read in place. */
final class ScratchOption {
  private static final Path BIG = Path.of("/var/tmp");

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description = "Unpack in DIR; $$TMPDIR or /var/tmp unless told.")
  private @Nullable Path chosen;

  /**
   * The directory to unpack in; {@code /tmp} is often memory, {@code /var/tmp} never.
   *
   * @throws IOException if TMPDIR names no directory, as programs expect it to
   */
  Path directory(Map<String, String> environment) throws IOException {
    String variable = environment.getOrDefault("TMPDIR", "");
    if (chosen == null && !variable.isEmpty() && !Files.isDirectory(Path.of(variable))) {
      throw new IOException(
          "unpacking in TMPDIR: expected a directory, got "
              + variable
              + ", which "
              + (Files.exists(Path.of(variable)) ? "is none" : "is not there")
              + "; make it, or choose another by --scratch DIR");
    }
    Path fallback =
        Files.isWritable(BIG) ? BIG : Path.of(System.getProperty("java.io.tmpdir", "."));
    return chosen != null ? chosen : variable.isEmpty() ? fallback : Path.of(variable);
  }
}
