package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.IndexReport;
import dev.varve.cli.session.NamedRegistries;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Registries;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ConsoleProgress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.runner.process.ClosedOnExit;
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
        "Shows for which platforms there are images: digests, sizes, what belongs to them.",
    footer = {"", "Example:", "  varve index show docker://ghcr.io/owner/os:latest"})
public final class IndexShowCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "REF", description = "The index; one image is shown as well.")
  private String reference;

  @Option(names = "--json", description = "Print JSON on stdout, for machines.")
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
    try (ConsoleProgress progress = new ConsoleProgress(console, common.quiet());
        Registries registries =
            registryOptions.open(console, progress, NamedRegistries.reading(List.of(shown)));
        ClosedOnExit<Scratch> scratch =
            new ClosedOnExit<>(new Scratch(scratchOption.directory(console.environment())));
        ClosedOnExit<ImageSource> image =
            new ClosedOnExit<>(
                new Transports(
                        PlatformChoice.anyOrFirst(),
                        scratch.get(),
                        console.environment(),
                        registries)
                    .image(shown))) {
      report = IndexReport.of(image.get());
    }
    if (json) {
      console.result(report.json());
    } else {
      report.lines().forEach(console::result);
    }
    return 0;
  }
}
