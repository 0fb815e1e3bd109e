package dev.varve.cli;

import dev.varve.runner.container.Leavings;
import dev.varve.runner.process.Elevation;
import dev.varve.runner.process.StepRunner;
import dev.varve.runner.storage.BtrfsStorage;
import dev.varve.runner.storage.StorageSettings;
import dev.varve.runner.storage.StorageStatus;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve storage unmount}. */
@Command(
    name = "unmount",
    description = {
      "Removes a BTRFS with its mounts, its loop device and its file, and all that runs of the",
      "container engine have left because they were killed. What is not there is no failure."
    },
    footer = {"", "Example:", "  varve storage unmount"})
final class StorageUnmountCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private StorageOptions storageOptions;

  @Option(names = "--keep", description = "Keep the file, with all that is in it.")
  private boolean keep;

  @Option(names = "--json", description = "Print what is there afterwards as JSON on stdout.")
  private boolean json;

  StorageUnmountCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "unmounting a BTRFS";
  }

  @Override
  public Integer call() throws IOException {
    StorageSettings settings = storageOptions.settings();
    try (StepRunner steps = StorageOptions.steps()) {
      BtrfsStorage storage = StorageOptions.storage(settings, Elevation.find(steps), console);
      StorageStatus before = storage.status();
      Leavings removed = RunLeavings.remove(console, settings, before, steps);
      removed.list().forEach(what -> console.tell("removed the " + what));
      storage.unmount(keep);
      StorageStatus after = storage.status();
      if (before.isGone()) {
        console.tell("no BTRFS at " + settings.mountPoint());
      } else {
        console.tell(
            "unmounted "
                + settings.mountPoint()
                + (after.isGone() ? " and removed " : "; kept ")
                + settings.image());
      }
      if (json) {
        console.result(StorageReport.json(after, Leavings.NONE));
      }
    }
    return 0;
  }
}
