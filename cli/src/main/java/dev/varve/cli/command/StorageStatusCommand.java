package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.StorageOptions;
import dev.varve.cli.report.StorageReport;
import dev.varve.cli.session.KilledRuns;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.runner.Elevation;
import dev.varve.runner.container.Leftovers;
import dev.varve.runner.storage.StorageSettings;
import dev.varve.runner.storage.StorageStatus;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve storage status}. */
@Command(
    name = "status",
    description = {
      "Shows mounts, loop devices and the file of the BTRFS, and the containers, "
          + "volumes and images left by killed runs of the container engine."
    },
    footer = {"", "Example:", "  varve storage status --json"})
public final class StorageStatusCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private StorageOptions storageOptions;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public StorageStatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "looking for a BTRFS";
  }

  @Override
  public Integer call() throws IOException {
    StorageSettings settings = storageOptions.settings();
    StorageStatus status = StorageOptions.storage(settings, Elevation.NONE, console).status();
    Leftovers leftovers = KilledRuns.find(console, status);
    if (json) {
      console.result(StorageReport.json(status, leftovers));
    } else {
      StorageReport.lines(status, leftovers.list()).forEach(console::result);
    }
    return 0;
  }
}
