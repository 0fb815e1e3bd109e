package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code varve plan}, which has subcommands. */
@Command(
    name = "plan",
    description = "Shows or exports an image's plan: which components share a layer.",
    footer = {"", "Example:", "  varve plan show oci:os:monday"})
public final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing the command to run");
  }
}
