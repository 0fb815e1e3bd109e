package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.core.process.Programs;
import dev.varve.runner.Elevation;
import dev.varve.runner.storage.BtrfsStorage;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options for the BTRFS of the container engine's podman. */
public final class StorageOptions {
  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "The file with the BTRFS (default: ${DEFAULT-VALUE}).")
  private Path image = StorageSettings.DEFAULT.image();

  @Option(
      names = "--mount",
      paramLabel = "DIR",
      description = "The mount point of the BTRFS (default: ${DEFAULT-VALUE}).")
  private Path mountPoint = StorageSettings.DEFAULT.mountPoint();

  public StorageSettings settings() {
    StorageSettings defaults = StorageSettings.DEFAULT;
    return settings(defaults.size(), defaults.options(), defaults.minFree());
  }

  public StorageSettings settings(long size, String options, long minFree) {
    return new StorageSettings(image, mountPoint, size, options, minFree);
  }

  /** Creates the access to the storage. */
  public static BtrfsStorage storage(StorageSettings settings, Elevation root, Console console)
      throws IOException {
    return new BtrfsStorage(settings, root, Programs.of(console.environment()));
  }
}
