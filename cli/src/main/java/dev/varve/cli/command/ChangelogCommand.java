package dev.varve.cli.command;

import dev.varve.cli.option.ChangelogOptions;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.ChangelogReport;
import dev.varve.cli.report.ChangelogReport.Labeled;
import dev.varve.cli.report.VariantChangelogReport;
import dev.varve.cli.report.VariantChangelogReport.Compared;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.git.GitRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern VARIANT = Pattern.compile("([^=]+)=([^,]+),([^,]+)");

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ImageOptions imageOptions;
  @Mixin private ChangelogOptions changelogOptions;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "OLD",
      description = "The image that clients have.")
  private @Nullable String old;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NEW",
      description = "The image that they update to.")
  private @Nullable String current;

  @Option(
      names = "--variant",
      paramLabel = "NAME=OLD,NEW",
      description =
          "Compare several images that are built together, instead of one: list once what changed "
              + "in all of them, and in a table what differs. Repeat for each variant.")
  private List<String> variants = List.of();

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
    return variants.isEmpty()
        ? "comparing " + old + " and " + current
        : "comparing " + Quantity.of(variants.size(), "variant");
  }

  @Override
  public Integer call() throws IOException {
    if (!variants.isEmpty()) {
      if (old != null || template != null) {
        throw new IllegalArgumentException(
            (old != null ? "OLD" : "--template") + " and --variant contradict each other");
      }
      variants().print(console, json);
      return 0;
    }
    if (old == null || current == null) {
      throw new IllegalArgumentException("expected OLD and NEW, or --variant NAME=OLD,NEW");
    }
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

  private VariantChangelogReport variants() throws IOException {
    List<String> names = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (String variant : variants) {
      Matcher parts = VARIANT.matcher(variant);
      if (!parts.matches() || names.contains(parts.group(1))) {
        throw new IllegalArgumentException(
            "--variant: expected NAME=OLD,NEW with a name of its own, got \"" + variant + "\"");
      }
      names.add(parts.group(1));
      references.addAll(List.of(parts.group(2), parts.group(3)));
    }
    Optional<GitRepository> git = changelogOptions.git();
    List<Labeled> images = imageOptions.read(console, common, references, Labeled::of);
    List<Compared> compared = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      compared.add(new Compared(names.get(i), images.get(2 * i), images.get(2 * i + 1)));
    }
    return VariantChangelogReport.of(
        compared, git, changelogOptions.notes(Optional.empty(), List.of()).formatters());
  }
}
