package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.StorageOptions;
import dev.varve.cli.report.StorageReport;
import dev.varve.cli.session.RunLeavings;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.runner.Elevation;
import dev.varve.runner.container.Leftovers;
import dev.varve.runner.storage.BtrfsStorage;
import dev.varve.runner.storage.StorageStatus;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve storage unmount}. */
@Command(
    name = "unmount",
    description = {
      "Removes a BTRFS with its mounts, its loop device and its file, and everything "
          + "that killed runs of the container engine have left.",
      "It is no failure if nothing is there."
    },
    footer = {"", "Example:", "  varve storage unmount"})
public final class StorageUnmountCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private StorageOptions storageOptions;

  @Option(names = "--keep", description = "Keep the file with its contents.")
  private boolean keep;

  @Option(names = "--json", description = "Print what is left as JSON on stdout.")
  private boolean json;

  public StorageUnmountCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "unmounting a BTRFS";
  }

  @Override
  public Integer call() throws IOException {
    BtrfsStorage storage =
        StorageOptions.storage(storageOptions.settings(), Elevation.find(), console);
    storage.requireUnmountable(); // before podman works in what may be somebody else's
    StorageStatus before = storage.status();
    Optional<IOException> trouble = clean(before);
    storage.unmount(keep);
    StorageStatus after = storage.status();
    console.tell(done(before, after));
    RunLeavings.remove(console);
    if (keep && trouble.isPresent()) {
      throw trouble.get();
    }
    if (json) {
      console.result(StorageReport.json(after, Leftovers.NONE));
    }
    return 0;
  }

  /**
   * Containers that still run in the BTRFS keep it mounted. All else there goes with the file:
   * where the BTRFS is full, podman can't even note that something is gone.
   *
   * @return what went wrong
   */
  private Optional<IOException> clean(StorageStatus status) {
    try {
      RunLeavings.removeIn(status, console);
      return Optional.empty();
    } catch (IOException e) {
      console.note(
          "not all that runs have left in the BTRFS could be removed by itself: "
              + Failures.line(e, "removing it"));
      return Optional.of(e);
    }
  }

  private static String done(StorageStatus before, StorageStatus after) {
    if (before.isGone()) {
      return "no BTRFS at " + before.settings().mountPoint();
    }
    String mount =
        (before.isMounted() ? "unmounted " : "nothing was mounted at ")
            + before.settings().mountPoint();
    if (before.imageBytes() < 0) {
      return mount;
    }
    String removed = before.isMounted() ? " and removed " : "; removed ";
    return mount + (after.imageBytes() < 0 ? removed : "; kept ") + before.settings().image();
  }
}
