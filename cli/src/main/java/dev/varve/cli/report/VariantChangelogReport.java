package dev.varve.cli.report;

import dev.varve.cli.report.ChangelogReport.Labeled;
import dev.varve.core.git.Commit;
import dev.varve.core.git.GitRepository;
import dev.varve.core.json.JsonObject;
import dev.varve.core.notes.Formatters;
import dev.varve.core.notes.VariantChanges;
import dev.varve.core.notes.VariantChanges.Variant;
import dev.varve.core.update.PackageChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The changes of several images that are built together, as Markdown.
 *
 * @param compared the images
 * @param commits the commits that all are built from
 * @param formatters the formats of lists
 */
public record VariantChangelogReport(
    List<Compared> compared, List<Commit> commits, Formatters formatters) implements Report {
  /**
   * A variant.
   *
   * @param from the image before
   * @param to the image after
   */
  public record Compared(String name, Labeled from, Labeled to) {}

  /** Copies the lists. */
  public VariantChangelogReport {
    compared = List.copyOf(compared);
    commits = List.copyOf(commits);
  }

  /**
   * Creates the changelog of variants.
   *
   * @param git the repository with the commits; empty for none
   * @throws IOException also if the variants are built from different commits
   */
  public static VariantChangelogReport of(
      List<Compared> compared, Optional<GitRepository> git, Formatters formatters)
      throws IOException {
    List<Commit> commits = List.of();
    if (git.isPresent()) {
      Compared first = compared.get(0);
      for (Compared each : compared) {
        requireSame(first, first.from(), each, each.from());
        requireSame(first, first.to(), each, each.to());
      }
      commits = git.get().commits(first.from().revision(), first.to().revision());
    }
    return new VariantChangelogReport(compared, commits, formatters);
  }

  private static void requireSame(Compared first, Labeled one, Compared each, Labeled other)
      throws IOException {
    if (!one.revision().equals(other.revision())) {
      throw new IOException(
          "finding the commits of variants: expected images of the same commit, got "
              + one.revision()
              + " for "
              + first.name()
              + " and "
              + other.revision()
              + " for "
              + each.name());
    }
  }

  private VariantChanges changes() {
    return new VariantChanges(
        compared.stream()
            .map(each -> new Variant(each.name(), each.from().described(), each.to().described()))
            .toList());
  }

  private String changelog() {
    return changes().markdown(commits, formatters);
  }

  @Override
  public List<String> lines() {
    return changelog().lines().toList();
  }

  @Override
  public JsonObject json() {
    List<JsonObject> differing = new ArrayList<>();
    changes()
        .differing()
        .forEach(
            (name, versions) ->
                differing.add(
                    JsonObject.EMPTY
                        .with("package", name)
                        .with("variants", versions.entrySet().stream().map(this::json).toList())));
    return JsonObject.EMPTY
        .with(
            "variants",
            compared.stream()
                .map(
                    each ->
                        JsonObject.EMPTY
                            .with("name", each.name())
                            .with("from", each.from().json())
                            .with("to", each.to().json()))
                .toList())
        .with("common", changes().common().stream().map(UpdateReport::json).toList())
        .with("differing", differing)
        .with("commits", commits.stream().map(ChangelogReport::json).toList())
        .with("changelog", changelog());
  }

  private JsonObject json(Map.Entry<String, PackageChange> variant) {
    return JsonObject.EMPTY
        .with("name", variant.getKey())
        .with("before", variant.getValue().before())
        .with("after", variant.getValue().after());
  }
}
