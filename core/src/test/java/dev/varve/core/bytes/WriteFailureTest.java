package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WriteFailureTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"No space left on device", "Disk quota exceeded"})
  void aFullDiskIsReportedEvenIfSpaceHasBeenFreedSince(String words) {
    assertThat(WriteFailure.explain("writing a blob to oci:os", temp, new IOException(words)))
        .isInstanceOf(NoSpaceException.class)
        .hasMessage(
            "writing a blob to oci:os: no space left on device; free some space, or write to"
                + " another place");
    assertThat(
            WriteFailure.explain(
                "writing to oci:os", temp, new FileSystemException("/os/index.json", null, words)))
        .isInstanceOf(NoSpaceException.class);
  }

  @Test
  void otherFailuresNameTheFileAndTheReason() {
    assertThat(
            WriteFailure.explain(
                "writing to oci:os",
                temp,
                new FileSystemException("/os/index.json", null, "Read-only file system")))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage(
            "writing to oci:os: /os/index.json: read-only file system; write to another place");
  }

  /** The file system of processes has no free space. */
  @Test
  void anotherReasonIsNotTakenForAFullDisk() {
    Path full = Path.of("/proc/self");
    assertThat(WriteFailure.explain("writing", full, new IOException("broken")))
        .isInstanceOf(NoSpaceException.class);
    for (String reason : new String[] {"Read-only file system", "Input/output error"}) {
      assertThat(WriteFailure.explain("writing", full, new FileSystemException("/a", null, reason)))
          .isExactlyInstanceOf(IOException.class)
          .hasMessageStartingWith("writing: /a: " + reason.toLowerCase(java.util.Locale.ROOT));
    }
  }

  @Test
  void permissionDeniedNamesTheDirectoryOfAMissingFile() throws IOException {
    Path file = temp.resolve(".varve-temporary");
    assertThat(WriteFailure.explain("writing", temp, new AccessDeniedException(file.toString())))
        .hasMessage("writing: permission denied for the directory " + temp);
    Files.createFile(file);
    assertThat(WriteFailure.explain("writing", temp, new AccessDeniedException(file.toString())))
        .hasMessage("writing: permission denied for " + file);
  }
}
