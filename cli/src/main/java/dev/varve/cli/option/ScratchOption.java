package dev.varve.cli.option;

import dev.varve.cli.session.SessionSettings;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.filetree.LayerLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the scratch directory, in which a command unpacks layers. */
@InGroup(HelpGroup.SCRATCH)
public final class ScratchOption implements SessionSettings.Part {
  private static final Path BIG = Path.of("/var/tmp");

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description = "The directory for unpacked files (default: $$TMPDIR or /var/tmp).")
  private @Nullable Path chosen;

  @Option(
      names = "--max-layer-size",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "Raise the limits that protect the disk from malicious blobs, to permit uncompressed layers"
              + " of SIZE, such as 100GB (default: 1 GiB of disk or 300 times its compressed"
              + " size, and 64 GiB for all layers; runs of zeros take no disk).")
  private @Nullable ByteSize maxLayerSize;

  @Override
  public void addTo(SessionSettings session) throws IOException {
    session.scratch(directory(session.console().environment()), layerLimits());
  }

  private LayerLimits layerLimits() {
    return maxLayerSize == null ? LayerLimits.DEFAULT : LayerLimits.of(maxLayerSize.bytes());
  }

  /**
   * Returns the directory for unpacked files. The default is not {@code /tmp}, which is often in
   * memory.
   *
   * @throws IOException if TMPDIR is not a directory
   */
  public Path directory(Map<String, String> environment) throws IOException {
    String variable = environment.getOrDefault("TMPDIR", "");
    if (chosen == null && !variable.isEmpty() && !Lookup.isDirectory(Path.of(variable))) {
      throw new IOException(
          "unpacking in TMPDIR: expected a directory, got "
              + variable
              + ", which "
              + (Lookup.exists(Path.of(variable)) ? "is a file" : "does not exist")
              + "; create it, or use --scratch DIR");
    }
    Path fallback =
        Files.isWritable(BIG) ? BIG : Path.of(System.getProperty("java.io.tmpdir", "."));
    return chosen != null ? chosen : variable.isEmpty() ? fallback : Path.of(variable);
  }
}
