package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileInputTest {
  @TempDir private Path directory;

  @Test
  void aFileIsReadFromItsStartOrFromAnOffset() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    try (InputStream in = FileInput.open(file)) {
      assertThat(in).hasContent("content");
    }
    try (InputStream in = FileInput.openAt(file, 3)) {
      assertThat(in.read()).isEqualTo('t');
      assertThat(in).hasContent("ent");
    }
  }

  /** The system opens a directory, and fails to read it. */
  @Test
  void aFailedReadNamesTheFile() throws IOException {
    try (InputStream in = FileInput.open(directory)) {
      for (int i = 0; i < 2; i++) {
        boolean first = i == 0;
        assertThatThrownBy(() -> assertThat(first ? in.read() : in.read(new byte[9])).isZero())
            .isInstanceOf(FileSystemException.class)
            .hasMessage(directory + ": Is a directory")
            .hasRootCauseMessage("Is a directory");
      }
    }
  }

  @Test
  void aFailedCloseNamesTheFile() {
    InputStream in =
        new ByteArrayInputStream(new byte[1]) {
          @Override
          public void close() throws IOException {
            throw new IOException("Input/output error");
          }
        };
    assertThatThrownBy(() -> FileInput.of(in, directory).close())
        .isInstanceOf(FileSystemException.class)
        .hasMessage(directory + ": Input/output error");
  }

  @Test
  void aFileIsReadAsAWhole() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    assertThat(FileInput.readAllBytes(file)).asString().isEqualTo("content");
  }

  @Test
  void otherFailuresStayAsTheyAre() {
    for (IOException failure :
        new IOException[] {
          new ClosedChannelException(), new NoSuchFileException("x"), new IOException()
        }) {
      assertThat(FileInput.named(directory, failure)).isSameAs(failure);
    }
  }
}
