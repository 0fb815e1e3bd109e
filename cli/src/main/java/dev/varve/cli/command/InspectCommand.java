package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.ImageReport;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve inspect}. */
@Command(
    name = "inspect",
    description = "Shows the layers of an image: sizes, contents, and when they last changed.",
    footer = {"", "Example:", "  varve inspect oci:os:monday"})
public final class InspectCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ImageOptions imageOptions;

  @Parameters(paramLabel = "REF", description = "The image.")
  private String reference;

  @Option(names = "--all", description = "Show all components of every layer.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "inspecting " + reference;
  }

  @Override
  public Integer call() throws IOException {
    imageOptions
        .read(
            console,
            common,
            List.of(reference),
            (source, image) -> new ImageReport(image, source.config(), all))
        .get(0)
        .print(console, json);
    return 0;
  }
}
