package dev.varve.cli.command;

import dev.varve.cli.option.ChangelogOptions;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.UpdateReport;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.delta.PackageChange;
import dev.varve.core.git.Commit;
import dev.varve.core.git.GitRepository;
import dev.varve.core.image.ImageSource;
import dev.varve.core.json.JsonObject;
import dev.varve.core.notes.Notes;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.notes.Substitutions.Described;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

  /** An image, and its labels. */
  private record Labeled(PublishedImage image, Map<String, String> labels) {
    static Labeled of(ImageSource source, PublishedImage image) throws IOException {
      return new Labeled(image, source.config().labels());
    }

    String version() {
      return labels.getOrDefault(Notes.VERSION_LABEL, image.reference());
    }

    String revision() throws IOException {
      String revision = labels.getOrDefault(Notes.REVISION_LABEL, "");
      if (revision.isEmpty()) {
        throw new IOException(
            "finding the commits between two images: %s has no label %s; without --git there are"
                    .formatted(image.reference(), Notes.REVISION_LABEL)
                + " no commits in the changelog");
      }
      return revision;
    }

    Map<String, String> packages() {
      return image.state().packages();
    }

    Instant date() {
      List<Long> dates = image.state().images();
      return Instant.ofEpochSecond(dates.get(dates.size() - 1));
    }

    JsonObject json() {
      return JsonObject.EMPTY
          .with("reference", image.reference())
          .with("digest", image.descriptor().digest().toString())
          .with("version", version());
    }
  }

  @Override
  public Integer call() throws IOException {
    Optional<String> given =
        template == null
            ? Optional.empty()
            : Optional.of(ChangelogOptions.read(template, "template"));
    Optional<GitRepository> git = changelogOptions.git();
    List<Labeled> images = imageOptions.read(console, common, List.of(old, current), Labeled::of);
    Labeled from = images.get(0);
    Labeled to = images.get(1);
    List<Commit> commits =
        git.isPresent() ? git.get().commits(from.revision(), to.revision()) : List.of();
    Substitutions notes =
        Substitutions.of(
            new Notes(
                Optional.empty(),
                changelogOptions.pretty(),
                given,
                changelogOptions.formatters(),
                commits),
            to.date(),
            new Described(Optional.of(to.version()), to.packages()),
            Optional.of(new Described(Optional.of(from.version()), from.packages())));
    if (json) {
      console.result(json(from, to, commits, notes));
    } else {
      notes.changelog().lines().forEach(console::result);
    }
    return 0;
  }

  private static JsonObject json(
      Labeled from, Labeled to, List<Commit> commits, Substitutions notes) {
    return JsonObject.EMPTY
        .with("from", from.json())
        .with("to", to.json())
        .with(
            "packages",
            PackageChange.between(from.packages(), to.packages()).stream()
                .map(UpdateReport::json)
                .toList())
        .with(
            "commits",
            commits.stream()
                .map(
                    commit ->
                        JsonObject.EMPTY
                            .with("hash", commit.hash())
                            .with("subject", commit.subject()))
                .toList())
        .with("changelog", notes.changelog());
  }
}
