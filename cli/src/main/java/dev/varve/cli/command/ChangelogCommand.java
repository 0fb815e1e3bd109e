package dev.varve.cli.command;

import dev.varve.cli.option.ChangelogOptions;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.ChangelogReport;
import dev.varve.cli.report.ChangelogReport.Labeled;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.git.GitRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve changelog}. */
@Command(
    name = "changelog",
    description = "Prints the changes from one image to another, as Markdown.",
    footer = {
      "",
      "The template may contain <version>, <date>, <timestamp>, <pretty>, <previous>, <commits>,",
      "<pkgupd>, <version:PACKAGE> and <relver:PACKAGE>. The commits are those between the labels",
      "org.opencontainers.image.revision of the two images.",
      "",
      "Example:",
      "  varve changelog docker://ghcr.io/owner/os:40-20251010 docker://ghcr.io/owner/os:latest"
    })
public final class ChangelogCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ImageOptions imageOptions;
  @Mixin private ChangelogOptions changelogOptions;

  @Parameters(paramLabel = "OLD", description = "The image that clients have.")
  private String old;

  @Parameters(paramLabel = "NEW", description = "The image that they update to.")
  private String current;

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "The file with the template of the changelog.")
  private @Nullable Path template;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public ChangelogCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "comparing " + old + " and " + current;
  }

  @Override
  public Integer call() throws IOException {
    Optional<String> given =
        template == null
            ? Optional.empty()
            : Optional.of(ChangelogOptions.read(template, "template"));
    Optional<GitRepository> git = changelogOptions.git();
    List<Labeled> images = imageOptions.read(console, common, List.of(old, current), Labeled::of);
    ChangelogReport.between(
            images.get(0), images.get(1), git, commits -> changelogOptions.notes(given, commits))
        .print(console, json);
    return 0;
  }
}
