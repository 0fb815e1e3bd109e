package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClaimTest {
  /** A run that has ended: the kernel has no such process. */
  private static final Owner DEAD = new Owner(999_999_999, 1, Owner.current().boot());

  @TempDir private Path directory;

  /** Makes a claim and a scratch directory, then waits to be killed. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      Claim claim = Claim.make(directory, "thing", "content");
      Scratch scratch = new Scratch(directory.resolve("scratch"));
      Files.writeString(scratch.directory("layers").resolve("spool"), "unpacked");
      System.out.println(claim.owner());
      System.in.read();
    }
  }

  private static List<String> abandonedContents(Path directory) throws IOException {
    List<Claim> abandoned = Claim.abandoned(directory, "thing", content -> true);
    List<String> contents = abandoned.stream().map(Claim::content).toList();
    for (Claim claim : abandoned) {
      claim.close();
    }
    return contents;
  }

  @Test
  void closingAClaimRemovesItsFile() throws IOException {
    try (Claim claim = Claim.make(directory, "thing", "content")) {
      assertThat(claim.owner()).isEqualTo(Owner.current());
      assertThat(directory).isDirectoryContaining("glob:**/" + Owner.current() + "-thing-*");
      assertThat(abandonedContents(directory)).isEmpty();
    }
    assertThat(directory).isEmptyDirectory();
  }

  /** The claim's file, replaced by a directory with content, can't be removed. */
  @Test
  void theLockEndsEvenIfTheFileCantBeRemoved() throws IOException {
    Claim claim = Claim.make(directory, "thing", "content");
    Path file;
    try (var files = Files.list(directory)) {
      file = files.findFirst().orElseThrow();
    }
    Path kept = Files.move(file, directory.resolve(DEAD + "-thing-1"));
    Files.createDirectories(file.resolve("content"));

    assertThatThrownBy(claim::close).isInstanceOf(DirectoryNotEmptyException.class);

    assertThat(abandonedContents(directory)).containsExactly("content");
    assertThat(kept).doesNotExist();
  }

  @Test
  void aClaimThatIsLeftIsTakenByTheNextRun() throws IOException {
    Claim claim = Claim.make(directory, "thing", "content");
    claim.leave();
    try (var files = Files.list(directory)) {
      Files.move(files.findFirst().orElseThrow(), directory.resolve(DEAD + "-thing-1"));
    }
    assertThat(abandonedContents(directory)).containsExactly("content");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theClaimsOfAKilledRunAreAbandonedOnceTheRunHasEnded() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String owner = holder.inputReader().readLine();
      assertThat(Owner.of(owner)).isPresent();
      assertThat(abandonedContents(directory)).isEmpty();
      // As seen from another container, where no process has this pid.
      Path file;
      try (var files = Files.list(directory)) {
        file = files.filter(each -> each.toString().contains("-thing-")).findFirst().orElseThrow();
      }
      Path renamed = Files.move(file, directory.resolve(DEAD + "-thing-1"));
      assertThat(abandonedContents(directory)).isEmpty();
      Files.move(renamed, file);
      try (Scratch next = new Scratch(directory.resolve("scratch"))) {
        next.directory("x");
        assertThat(directory.resolve("scratch")).isDirectoryContaining("glob:**/" + owner + "-*");
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(Claim.abandoned(directory, "thing", "other"::equals)).isEmpty();
    assertThat(Claim.abandoned(directory, "other", content -> true)).isEmpty();
    assertThat(abandonedContents(directory)).containsExactly("content");
    assertThat(abandonedContents(directory)).isEmpty();
    assertThat(directory.resolve("scratch")).isNotEmptyDirectory();
    try (Scratch next = new Scratch(directory.resolve("scratch"))) {
      next.directory("x");
    }
    assertThat(directory.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void filesThatOnlyLookAbandonedAreKept() throws IOException {
    Path empty = Files.createFile(directory.resolve(DEAD + "-thing-1"));
    Path target = Files.writeString(directory.resolve("target"), "content");
    Path link = Files.createSymbolicLink(directory.resolve(DEAD + "-thing-2"), target);
    Path foreign = Files.createDirectory(directory.resolve("varve-12345"));
    Path unclaimed = Files.createDirectory(directory.resolve(DEAD + "-77"));
    Path kept = Files.createDirectory(directory.resolve("kept"));
    Files.writeString(kept.resolve(DEAD + "-scratch-1"), "x");
    Path trap = Files.createSymbolicLink(directory.resolve(DEAD + "-78"), kept);
    assertThat(abandonedContents(directory)).isEmpty();
    try (Scratch next = new Scratch(directory)) {
      next.directory("x");
    }
    assertThat(List.of(empty, foreign, unclaimed, kept.resolve(DEAD + "-scratch-1")))
        .allSatisfy(path -> assertThat(path).exists());
    assertThat(link).isSymbolicLink();
    assertThat(trap).isSymbolicLink();
  }
}
