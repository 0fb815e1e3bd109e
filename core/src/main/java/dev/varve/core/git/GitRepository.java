package dev.varve.core.git;

import dev.varve.core.process.MissingProgramException;
import dev.varve.core.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the history of a git repository. */
public final class GitRepository {
  /** A valid revision: a hash, a branch or a tag; never an option or an expression. */
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./+-]*");

  private final Path directory;
  private final Program git;

  private GitRepository(Path directory) {
    this.directory = directory;
    this.git =
        new Program(
            List.of("git", "-C", directory.toString(), "--no-pager"),
            "install the package git, or omit the commits");
  }

  /**
   * Opens a repository.
   *
   * @param directory a worktree, a directory in it, or a bare repository
   * @throws MissingProgramException if git is not installed
   * @throws IOException if git finds no repository, or does not trust its owner
   */
  public static GitRepository open(Path directory) throws IOException {
    GitRepository repository = new GitRepository(directory);
    Program.Result found = repository.git.run("rev-parse", "--git-dir");
    if (!found.succeeded()) {
      throw new IOException("opening the git repository in " + directory + ": " + error(found));
    }
    return repository;
  }

  /** Returns the hash of a commit; empty if the repository, perhaps a shallow clone, lacks it. */
  public Optional<String> find(String revision) throws IOException {
    if (!REVISION.matcher(revision).matches()) {
      return Optional.empty();
    }
    Program.Result found = git.run("rev-parse", "--verify", "--quiet", revision + "^{commit}");
    return found.succeeded() ? Optional.of(found.output().strip()) : Optional.empty();
  }

  /**
   * Returns the commits of one revision that another lacks, newest first, without merges.
   *
   * @param from the older revision
   * @param to the newer revision
   * @throws IOException if the repository lacks one of them
   */
  public List<Commit> commits(String from, String to) throws IOException {
    String older = require(from);
    String newer = require(to);
    Program.Result log =
        git.run(
            "log",
            "--no-merges",
            "--no-show-signature",
            "--no-color",
            "--encoding=UTF-8",
            "--format=tformat:%H %s",
            older + ".." + newer);
    if (!log.succeeded()) {
      throw log.failure();
    }
    List<Commit> commits = new ArrayList<>();
    for (String line : log.output().split("\n", -1)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        commits.add(new Commit(line.substring(0, space), line.substring(space + 1)));
      }
    }
    return commits;
  }

  private String require(String revision) throws IOException {
    return find(revision).orElseThrow(() -> new IOException("listing commits: " + lacks(revision)));
  }

  /** Returns the message for a revision that {@link #find} does not find. */
  public String lacks(String revision) {
    return "the git repository in %s has no commit %s; a clone with the full history may have it"
            .formatted(directory, revision)
        + " (fetch-depth: 0 for actions/checkout)";
  }

  private static String error(Program.Result result) {
    return result.error().isEmpty() ? "git found none" : result.error();
  }
}
