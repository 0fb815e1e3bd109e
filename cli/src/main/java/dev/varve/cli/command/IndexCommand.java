package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code varve index}, which has subcommands. */
@Command(
    name = "index",
    description = "Combines the images of several platforms under one tag, or shows them.",
    footer = {
      "",
      "Example:",
      "  varve index show docker://ghcr.io/owner/os:latest",
    })
public final class IndexCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing the command to run");
  }
}
