package dev.varve.cli.command;

import dev.varve.cli.option.ByteSize;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.StorageOptions;
import dev.varve.cli.report.StorageReport;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.process.ClosedOnExit;
import dev.varve.runner.Elevation;
import dev.varve.runner.storage.BtrfsStorage;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve storage mount}. */
@Command(
    name = "mount",
    description = {
      "Mounts a BTRFS from a sparse file; a mounted one is unchanged.",
      "Needs root, or sudo without a password."
    },
    footer = {
      "",
      "Example:",
      "  varve storage mount --size 80G --options compress-force=zstd:2",
      "  varve rechunk containers-storage:localhost/os oci:os:today --engine container"
          + " --storage /var/tmp/rechunk-btrfs"
    })
public final class StorageMountCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private StorageOptions storageOptions;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "The maximum size of the BTRFS (default: 50G). The file takes only the "
              + "space that is used.")
  private ByteSize size = new ByteSize(StorageSettings.DEFAULT.size());

  @Option(
      names = "--options",
      paramLabel = "OPTIONS",
      description = "Further mount options, such as compress-force=zstd:2.")
  private String options = "";

  @Option(
      names = "--min-free",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "The free space that the file's directory must have (default: 60G).")
  private ByteSize minFree = new ByteSize(StorageSettings.DEFAULT.minFree());

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public StorageMountCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "mounting a BTRFS";
  }

  @Override
  public Integer call() throws IOException {
    StorageSettings settings = storageOptions.settings(size.bytes(), options, minFree.bytes());
    try (ClosedOnExit<BtrfsStorage> storage =
        new ClosedOnExit<>(StorageOptions.storage(settings, Elevation.find(), console))) {
      boolean fresh = storage.get().mount();
      console.tell(
          (fresh ? "mounted " : "mounted already: ")
              + settings.image()
              + " at "
              + settings.mountPoint()
              + ", "
              + Human.size(storage.get().status().freeBytes())
              + " free; --storage "
              + settings.mountPoint()
              + " uses it");
      if (json) {
        console.result(StorageReport.json(storage.get().status()));
      }
    }
    return 0;
  }
}
