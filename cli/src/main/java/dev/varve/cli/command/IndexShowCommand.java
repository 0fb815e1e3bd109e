package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.IndexReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve index show}. */
@Command(
    name = "show",
    description =
        "Shows the images of an index by platform: digests, sizes, and what is "
            + "attached to them.",
    footer = {"", "Example:", "  varve index show docker://ghcr.io/owner/os:latest"})
public final class IndexShowCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "REF", description = "The index, or a single image.")
  private String reference;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public IndexShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "showing the index " + reference;
  }

  @Override
  public Integer call() throws IOException {
    Reference shown = Reference.parse(reference);
    IndexReport report;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            registryOptions.reading(List.of(shown)),
            settings -> settings.platform(PlatformChoice.anyOrFirst()))) {
      report = IndexReport.of(session.image(shown));
    }
    report.print(console, json);
    return 0;
  }
}
