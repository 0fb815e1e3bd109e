package dev.varve.core.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.process.MissingProgramException;
import dev.varve.core.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads repositories that git has made. */
final class GitRepositoryTest {
  @TempDir private Path directory;
  private Path worktree;
  private String first;
  private String last;

  @BeforeEach
  void commit() throws IOException {
    assumeTrue(installed(), "git is not installed");
    worktree = directory.resolve("os");
    git("init", "-q", "-b", "main", worktree.toString());
    first = commit("begin");
    git("-C", worktree.toString(), "checkout", "-q", "-b", "side");
    commit("say \"this\" & <that> — ü");
    git("-C", worktree.toString(), "checkout", "-q", "main");
    commit("go on\n\nwith a body");
    git("-C", worktree.toString(), "merge", "-q", "--no-ff", "-m", "a merge", "side");
    last = GitRepository.open(worktree).find("HEAD").orElseThrow();
  }

  private static boolean installed() throws IOException {
    try {
      return new Program(List.of("git"), "").run("--version").succeeded();
    } catch (MissingProgramException e) {
      return false;
    }
  }

  private static String git(String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("git", "-c", "user.name=me", "-c", "user.email=me@example.com"));
    all.addAll(List.of("-c", "commit.gpgSign=false"));
    return new Program(all, "").require(arguments).output().strip();
  }

  private String commit(String message) throws IOException {
    git("-C", worktree.toString(), "commit", "-q", "--allow-empty", "-m", message);
    return git("-C", worktree.toString(), "rev-parse", "HEAD");
  }

  @Test
  void commitsBetweenTwoRevisionsAreListedWithoutMerges() throws IOException {
    List<Commit> commits = GitRepository.open(worktree).commits(first, last);
    assertThat(commits)
        .extracting(Commit::subject)
        .containsExactlyInAnyOrder("go on", "say \"this\" & <that> — ü");
    assertThat(commits).allMatch(commit -> commit.hash().startsWith(commit.shortHash()));
    assertThat(commits).allMatch(commit -> commit.shortHash().length() == 7);
    assertThat(GitRepository.open(worktree).commits(last, last)).isEmpty();
    assertThat(GitRepository.open(worktree).commits(first.substring(0, 8), "main")).hasSize(2);
  }

  @Test
  void anyPathInAWorktreeOpensTheRepository() throws IOException {
    Path below = Files.createDirectories(worktree.resolve("a/b"));
    assertThat(GitRepository.open(below).find("main")).contains(last);
    assertThat(GitRepository.open(worktree.resolve(".git")).find("main")).contains(last);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nothing", "", "--all", "-n1", "main..side", "@{u}", "main^{/x}", "a b", ":/go"})
  void aRevisionThatIsNoCommitIsNotFound(String revision) throws IOException {
    assertThat(GitRepository.open(worktree).find(revision)).isEmpty();
  }

  @Test
  void aShallowCloneLacksCommitsAndTheErrorSaysSo() throws IOException {
    Path shallow = directory.resolve("shallow");
    git("clone", "-q", "--depth", "1", "file://" + worktree, shallow.toString());
    GitRepository repository = GitRepository.open(shallow);
    assertThatThrownBy(() -> repository.commits(first, "HEAD"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "listing commits: the git repository in %s has no commit %s; a clone with the full"
                    .formatted(shallow, first)
                + " history may have it (fetch-depth: 0 for actions/checkout)");
  }

  @Test
  void aDirectoryWithoutARepositoryIsRefused() {
    assertThatThrownBy(() -> GitRepository.open(directory))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "opening the git repository in " + directory + ": fatal: not a git");
  }
}
