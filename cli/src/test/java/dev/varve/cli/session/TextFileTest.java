package dev.varve.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.parallel.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of writing texts to files. */
final class TextFileTest {
  @TempDir private Path directory;

  private List<Path> files() throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void aFileIsReplacedAsAWhole() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "before");
    Path before = Files.createLink(directory.resolve("before"), file);
    new TextFile(file, "after").write();
    assertThat(file).hasContent("after");
    assertThat(before).hasContent("before");
    assertThat(files()).containsExactly(before, file);
  }

  @Test
  void bytesOtherThanUtf8AreWrittenAsTheyAre() throws IOException {
    Path file = directory.resolve("file");
    new TextFile(file, "a\udcff").write();
    assertThat(file).hasBinaryContent(new byte[] {'a', (byte) 0xff});
  }

  @Test
  void concurrentWritersEachWriteTheCompleteText() throws IOException {
    TextFile file = new TextFile(directory.resolve("file"), "text".repeat(10_000));
    Parallel.map(
        IntStream.range(0, 32).boxed().toList(),
        i -> {
          file.write();
          return i;
        });
    assertThat(file.path()).hasContent(file.text());
    assertThat(files()).containsExactly(file.path());
  }

  @Test
  void requireWritableChecksWithoutWriting() throws IOException {
    Path file = directory.resolve("file");
    TextFile.requireWritable(file);
    TextFile.requireWritable(Path.of("/dev/null"));
    assertThat(files()).isEmpty();
    assertThatThrownBy(() -> TextFile.requireWritable(directory))
        .hasMessage("writing " + directory + ": it is a directory");
    Path nowhere = directory.resolve("none/file");
    assertThatThrownBy(() -> TextFile.requireWritable(nowhere))
        .hasMessage("writing " + nowhere + ": there is no " + nowhere.getParent());
  }

  @Test
  void aSymbolicLinkIsFollowed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "before");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    new TextFile(link, "after").write();
    assertThat(link).isSymbolicLink().hasContent("after");
    assertThat(file).hasContent("after");
    assertThat(files()).containsExactly(file, link);
  }

  @Test
  void aMissingDirectoryIsNamed() {
    TextFile file = new TextFile(directory.resolve("none/file"), "");
    assertThatThrownBy(file::write)
        .isInstanceOf(IOException.class)
        .hasMessage("writing " + file.path() + ": there is no " + directory.resolve("none"));
  }
}
