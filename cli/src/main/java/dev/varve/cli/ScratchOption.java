package dev.varve.cli;

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

  /** The directory to unpack in; {@code /tmp} is often memory, {@code /var/tmp} never. */
  Path directory(Map<String, String> environment) {
    String variable = environment.getOrDefault("TMPDIR", "");
    Path fallback =
        Files.isWritable(BIG) ? BIG : Path.of(System.getProperty("java.io.tmpdir", "."));
    return chosen != null ? chosen : variable.isEmpty() ? fallback : Path.of(variable);
  }
}
