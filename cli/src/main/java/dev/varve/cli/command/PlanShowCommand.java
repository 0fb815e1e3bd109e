package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.LayerContents;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
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
    if (json) {
      console.result(state.toJson());
    } else {
      lines(state).forEach(console::result);
    }
    return 0;
  }

  private List<String> lines(PlanState state) {
    Table facts = new Table("ll");
    facts.row("components", String.format(Locale.ROOT, "%,d", state.components().size()));
    facts.row("packages", String.format(Locale.ROOT, "%,d", state.packages().size()));
    facts.row("images known", images(state.images()));
    facts.row("latest mtime", Human.date(state.clamp()));
    facts.row("compression", state.compression() + by(state.compressor()));
    Table layers = new Table("rrrll");
    layers.row("layer", "full size", "components", "last changed", "the largest");
    for (int i = 0; i < state.layers().size(); i++) {
      LayerState layer = state.layers().get(i);
      LayerContents contents = LayerContents.of(layer, state);
      layers.row(
          Integer.toString(i + 1),
          Human.size(layer.size()),
          Integer.toString(layer.components().size()),
          contents.lastChanged(),
          contents.names(all));
    }
    return Stream.concat(facts.lines().stream(), layers.lines().stream()).toList();
  }

  private static String by(String compressor) {
    return compressor.isEmpty() ? "" : " by " + compressor;
  }

  private static String images(List<Long> dates) {
    String last = dates.isEmpty() ? "" : Human.date(dates.get(dates.size() - 1));
    return dates.size() < 2
        ? dates.size() + (last.isEmpty() ? "" : ", of " + last)
        : dates.size() + ", from " + Human.date(dates.get(0)) + " to " + last;
  }
}
