package dev.varve.cli.option;

import dev.varve.cli.session.TextFile;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.git.Commit;
import dev.varve.core.git.GitRepository;
import dev.varve.core.image.ImageSource;
import dev.varve.core.notes.Notes;
import dev.varve.core.notes.Substitutions;
import dev.varve.runner.RechunkRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the labels of a new image, and for its changelog. */
@InGroup(HelpGroup.NOTES)
public final class NotesOptions {
  @Mixin private LabelOptions labelOptions;
  @Mixin private ChangelogOptions changelogOptions;

  @Option(
      names = "--description",
      paramLabel = "TEXT|@FILE",
      description = "The label org.opencontainers.image.description.")
  private @Nullable String description;

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description =
          "The label org.opencontainers.image.revision: the commit from which SOURCE "
              + "was built, the last one that --git lists (default: SOURCE's own label, or "
              + "HEAD with --git).")
  private @Nullable String revision;

  @Option(
      names = "--changelog",
      paramLabel = "TEXT|@FILE",
      description =
          "The template of the changelog, which replaces <changelog> in labels. Like "
              + "labels, it may contain <version>, <date>, <timestamp>, <pretty>, "
              + "<previous>, <commits>, <pkgupd>, <version:PACKAGE> and <relver:PACKAGE>.")
  private @Nullable String changelog;

  @Option(
      names = "--write-changelog",
      paramLabel = "FILE",
      description = "Write the changelog to FILE.")
  private @Nullable Path changelogFile;

  /**
   * Adds these options to a request.
   *
   * @param version the template for the version, unless the version is a label like others
   * @param previous the image that clients have, if any
   * @param warnings receives the reason for a changelog without commits
   */
  public void addTo(
      RechunkRequest.Builder request,
      @Nullable String version,
      TreeSource source,
      @Nullable ImageSource previous,
      Consumer<String> warnings)
      throws IOException {
    labelOptions.addTo(request);
    if (description != null) {
      request.label(
          Notes.DESCRIPTION_LABEL, ChangelogOptions.text(description, "description").strip());
    }
    Optional<GitRepository> git = changelogOptions.git();
    Optional<String> built = revision(source, git);
    built.ifPresent(commit -> request.label(Notes.REVISION_LABEL, commit));
    request.notes(
        new Notes(
            Optional.ofNullable(version),
            changelogOptions.pretty(),
            changelog == null
                ? Optional.empty()
                : Optional.of(ChangelogOptions.text(changelog, "changelog")),
            changelogOptions.formatters(),
            git.isPresent() && built.isPresent() && previous != null
                ? commits(git.get(), built.get(), previous, warnings)
                : List.of()));
  }

  /** The directory of the git repository, for an engine that reads it itself. */
  public Optional<Path> checkout() {
    return changelogOptions.checkout();
  }

  private Optional<String> revision(TreeSource source, Optional<GitRepository> git)
      throws IOException {
    if (revision != null) {
      return Optional.of(revision);
    }
    Optional<String> label =
        labelOptions
            .labels()
            .getOrDefault(
                Notes.REVISION_LABEL,
                Optional.ofNullable(source.config().labels().get(Notes.REVISION_LABEL)));
    return label.isPresent() || git.isEmpty() ? label : git.get().find("HEAD");
  }

  /** Returns the commits since the previous image; if they are missing, warns and returns none. */
  private static List<Commit> commits(
      GitRepository git, String revision, ImageSource previous, Consumer<String> warnings)
      throws IOException {
    String before = previous.config().labels().getOrDefault(Notes.REVISION_LABEL, "");
    if (before.isEmpty()) {
      warnings.accept(previous.reference() + " has no label " + Notes.REVISION_LABEL);
      return List.of();
    }
    for (String commit : List.of(before, revision)) {
      if (git.find(commit).isEmpty()) {
        warnings.accept(git.lacks(commit));
        return List.of();
      }
    }
    return git.commits(before, revision);
  }

  /**
   * Checks in advance that the changelog's file can be written.
   *
   * @throws IOException if the file can't be written
   */
  public void requireWritable() throws IOException {
    if (changelogFile != null) {
      TextFile.requireWritable(changelogFile);
    }
  }

  /**
   * Writes the changelog's file, if requested.
   *
   * @return the file, if any
   */
  public Optional<Path> write(Substitutions notes) throws IOException {
    if (changelogFile == null) {
      return Optional.empty();
    }
    new TextFile(changelogFile, notes.changelog()).write();
    return Optional.of(changelogFile.toAbsolutePath());
  }
}
