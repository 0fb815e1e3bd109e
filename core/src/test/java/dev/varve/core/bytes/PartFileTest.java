package dev.varve.core.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartFileTest {
  /** A run that has ended: the kernel has no such process. */
  private static final Owner DEAD = new Owner(999_999_999, 1, Owner.current().boot());

  @TempDir private Path directory;

  @Test
  void theOtherFileIsReplacedAsAWhole() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "before");
    Path before = Files.createLink(directory.resolve("before"), file);
    var secret = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (PartFile part = PartFile.beside(file, secret)) {
      assertThat(part.path()).isEmptyFile().hasParent(directory);
      assertThat(Files.getPosixFilePermissions(part.path())).isEqualTo(secret.value());
      assertThat(file).hasContent("before");
      part.replaceBy("after".getBytes(UTF_8));
    }
    assertThat(file).hasContent("after");
    assertThat(before).hasContent("before");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(before, file);
    }
  }

  @Test
  void aFileThatReplacesNothingIsRemoved() throws IOException {
    Path file = directory.resolve("file");
    PartFile.beside(file).close();
    assertThat(directory).isEmptyDirectory();
  }

  private Path left(String name, Duration age) throws IOException {
    Path left = Files.createFile(directory.resolve(name));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(age)));
    return left;
  }

  @Test
  void onlyOldFilesOfEndedRunsAreRemoved() throws IOException {
    Path old = left("." + DEAD + "-1.part", Duration.ofHours(2));
    Path young = left("." + DEAD + "-2.part", Duration.ofMinutes(50));
    Path alive = left("." + Owner.current() + "-3.part", Duration.ofHours(2));
    Path other = left(".varve-4.part", Duration.ofHours(2));
    Path users = left(DEAD + "-5.part", Duration.ofHours(2));
    PartFile.beside(directory.resolve("file")).close();
    assertThat(old).doesNotExist();
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(young, alive, other, users);
    }
  }
}
