package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code varve storage}, which has subcommands. */
@Command(
    name = "storage",
    description =
        "Manages a BTRFS in a file, in which the container engine's podman may " + "work.",
    footer = {
      "",
      "Example:",
      "  varve storage status",
    })
public final class StorageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing the command to run");
  }
}
