package dev.varve.cli.report;

import dev.varve.core.git.Commit;
import dev.varve.core.git.GitRepository;
import dev.varve.core.image.ImageSource;
import dev.varve.core.json.JsonObject;
import dev.varve.core.notes.Notes;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.notes.Substitutions.Described;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.PackageChange;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The changes from one image to another, as Markdown.
 *
 * @param from the image before
 * @param to the image after
 * @param commits the commits between the two
 * @param changelog the text
 */
public record ChangelogReport(Labeled from, Labeled to, List<Commit> commits, String changelog)
    implements Report {
  /**
   * Creates the changelog from one image to another.
   *
   * @param git the repository with the commits; empty for none
   * @param notes returns the templates for the commits between the images
   */
  public static ChangelogReport between(
      Labeled from, Labeled to, Optional<GitRepository> git, Function<List<Commit>, Notes> notes)
      throws IOException {
    List<Commit> commits =
        git.isPresent() ? git.get().commits(from.revision(), to.revision()) : List.of();
    Substitutions values =
        Substitutions.of(
            notes.apply(commits), to.date(), to.described(), Optional.of(from.described()));
    return new ChangelogReport(from, to, commits, values.changelog());
  }

  @Override
  public List<String> lines() {
    return changelog.lines().toList();
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("from", from.json())
        .with("to", to.json())
        .with(
            "packages",
            PackageChange.between(from.packages(), to.packages()).stream()
                .map(UpdateReport::json)
                .toList())
        .with("commits", commits.stream().map(ChangelogReport::json).toList())
        .with("changelog", changelog);
  }

  static JsonObject json(Commit commit) {
    return JsonObject.EMPTY.with("hash", commit.hash()).with("subject", commit.subject());
  }

  /** An image with its labels. */
  public record Labeled(PublishedImage image, Map<String, String> labels) {
    /** Reads the labels of an image. */
    public static Labeled of(ImageSource source, PublishedImage image) throws IOException {
      return new Labeled(image, source.config().labels());
    }

    String version() {
      return labels.getOrDefault(Notes.VERSION_LABEL, image.reference());
    }

    String revision() throws IOException {
      String revision = labels.getOrDefault(Notes.REVISION_LABEL, "");
      if (revision.isEmpty()) {
        throw new IOException(
            "finding the commits between two images: %s has no label %s; omit --git for a changelog"
                    .formatted(image.reference(), Notes.REVISION_LABEL)
                + " without commits");
      }
      return revision;
    }

    private Map<String, String> packages() {
      return image.state().packages();
    }

    private Instant date() {
      List<Long> dates = image.state().images();
      return Instant.ofEpochSecond(dates.get(dates.size() - 1));
    }

    Described described() {
      return new Described(Optional.of(version()), packages());
    }

    JsonObject json() {
      return JsonObject.EMPTY
          .with("reference", image.reference())
          .with("digest", image.descriptor().digest().toString())
          .with("version", version());
    }
  }
}
