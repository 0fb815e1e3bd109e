package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.StorageOptions;
import dev.varve.cli.report.StorageReport;
import dev.varve.cli.session.KilledRuns;
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
      "Removes a BTRFS with its mounts, its loop device and its file, and the leftovers of "
          + "killed runs of the container engine.",
      "Succeeds if nothing is there."
    },
    footer = {"", "Example:", "  varve storage unmount"})
public final class StorageUnmountCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private StorageOptions storageOptions;

  @Option(names = "--keep", description = "Keep the file with its contents.")
  private boolean keep;

  @Option(names = "--json", description = "Print the remaining state as JSON on stdout.")
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
    storage.requireUnmountable(); // before podman works in a foreign file system
    StorageStatus before = storage.status();
    Optional<IOException> failure = clean(before);
    storage.unmount(keep);
    StorageStatus after = storage.status();
    console.tell(done(before, after));
    KilledRuns.remove(console);
    if (keep && failure.isPresent()) {
      throw failure.get();
    }
    if (json) {
      console.result(StorageReport.json(after, Leftovers.NONE));
    }
    return 0;
  }

  /**
   * Removes leftovers in the BTRFS first, because running containers keep it mounted. Failures are
   * tolerated, because everything else is deleted with the file; on a full BTRFS, podman can't
   * record a removal.
   *
   * @return the failure, if any
   */
  private Optional<IOException> clean(StorageStatus status) {
    try {
      KilledRuns.removeIn(status, console);
      return Optional.empty();
    } catch (IOException e) {
      console.note(
          "some leftovers of runs in the BTRFS could not be removed separately: "
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
