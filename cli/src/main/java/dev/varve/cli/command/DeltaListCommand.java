package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PlatformOption;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.DeltaListReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve delta list}. */
@Command(
    name = "list",
    description = "Shows the deltas for an image: from which images, and how large they are.",
    footer = {"", "Example:", "  varve delta list docker://ghcr.io/owner/os:latest"})
public final class DeltaListCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private PlatformOption platformOption;

  @Parameters(paramLabel = "REF", description = "The image that clients update to.")
  private String reference;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public DeltaListCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "listing the deltas for " + reference;
  }

  @Override
  public Integer call() throws IOException {
    Reference named = Reference.parse(reference);
    DeltaListReport report;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            registryOptions.reading(List.of(named)),
            platformOption)) {
      ImageSource image = session.image(named);
      report =
          new DeltaListReport(
              image.reference(), image.manifest(), AvailableDelta.of(image, session.progress()));
    }
    report.print(console, json);
    return 0;
  }
}
