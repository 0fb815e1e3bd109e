package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.PlanReport;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.plan.PlanState;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve plan show}. */
@Command(
    name = "show",
    description = "Shows an image's plan: its layers and their contents.",
    footer = {"", "Example:", "  varve plan show oci:os:monday"})
public final class PlanShowCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ImageOptions imageOptions;

  @Parameters(paramLabel = "REF", description = "The image.")
  private String reference;

  @Option(names = "--all", description = "Show all components of every layer.")
  private boolean all;

  @Option(names = "--json", description = "Print the plan as JSON on stdout.")
  private boolean json;

  public PlanShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "showing the plan of " + reference;
  }

  @Override
  public Integer call() throws IOException {
    PlanState state = imageOptions.read(console, common, List.of(reference)).get(0).state();
    new PlanReport(state, all).print(console, json);
    return 0;
  }
}
