package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code varve delta}, which has subcommands. */
@Command(
    name = "delta",
    description = {
      "Makes, shows and applies deltas: from a delta and the files of an old image a client "
          + "rebuilds the layers of a new one, and downloads only what changed inside the files.",
      "'varve copy --from' finds and applies deltas by itself."
    },
    footer = {
      "",
      "Example:",
      "  varve delta create oci:os:monday oci:os:tuesday oci-archive:tuesday.delta",
    })
public final class DeltaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing the command to run");
  }
}
