package dev.varve.cli.option;

import dev.varve.cli.terminal.Failures;
import dev.varve.core.git.Commit;
import dev.varve.core.git.GitRepository;
import dev.varve.core.notes.Formatters;
import dev.varve.core.notes.Notes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the content of a changelog. */
@InGroup(HelpGroup.NOTES)
public final class ChangelogOptions {
  private static final String FORMATTER = "--formatter";

  @Option(
      names = "--pretty",
      paramLabel = "TEXT",
      description = "The human-readable version, for <pretty> in labels and changelog.")
  private @Nullable String pretty;

  @Option(
      names = FORMATTER,
      paramLabel = "NAME=TEXT",
      description =
          "The format of the lists for <commits> and <pkgupd>; NAME is "
              + "commits.commit, commits.none, pkgupd.update, pkgupd.add, pkgupd.remove, "
              + "pkgupd.keys or pkgupd.none. May be repeated, or given as a list of lines.")
  private List<String> formatters = List.of();

  @InGroup(HelpGroup.MAIN)
  @Option(
      names = "--git",
      paramLabel = "DIR",
      description = "The git repository whose commits the changelog lists for <commits>.")
  private @Nullable Path git;

  /** The human-readable version. */
  Optional<String> pretty() {
    return Optional.ofNullable(pretty);
  }

  /** The formats of lists. */
  Formatters formatters() {
    try {
      return Formatters.parse(KeyValue.entries(formatters));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(FORMATTER + ": " + e.getMessage(), e);
    }
  }

  /** The notes of a changelog without a version of its own. */
  public Notes notes(Optional<String> template, List<Commit> commits) {
    return new Notes(Optional.empty(), pretty(), template, formatters(), commits);
  }

  /** The directory of the git repository, if one is given. */
  Optional<Path> checkout() {
    return Optional.ofNullable(git);
  }

  /** Opens the git repository, if one is given. */
  public Optional<GitRepository> git() throws IOException {
    return git == null ? Optional.empty() : Optional.of(GitRepository.open(git));
  }

  /** Returns a text, or for {@code @FILE} the content of the file. */
  static String text(String given, String what) throws IOException {
    return given.startsWith("@") ? read(Path.of(given.substring(1)), what) : given;
  }

  /** Reads a text file of the user. */
  public static String read(Path file, String what) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException("reading the " + what + " in " + file + ": " + Failures.reason(e), e);
    }
  }
}
