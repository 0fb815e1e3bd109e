package dev.varve.core.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of layouts with files that the system can't look up, here because they are links to
 * themselves. Such a file is not a missing one.
 */
final class UnreadableLayoutTest {
  private static final String LOOP = "Too many levels of symbolic links";

  @TempDir private Path directory;

  private static void makeUnreadable(Path file) throws IOException {
    Files.delete(file);
    Files.createSymbolicLink(file, file);
  }

  private void write(String tag) throws IOException {
    try (ImageSink sink = OciLayout.create(directory, tag, "oci:it")) {
      new TestImage(TestImage.AMD64, tag).writeTo(sink);
    }
  }

  @Test
  void anIndexThatCantBeLookedUpIsNotReplaced() throws IOException {
    write("v1");
    Path index = directory.resolve("index.json");
    makeUnreadable(index);

    assertThatThrownBy(() -> write("v2"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(index + ": " + LOOP);
    assertThatThrownBy(() -> OciLayout.tags(directory, "oci:it")).hasMessageContaining(LOOP);

    assertThat(index).isSymbolicLink();
  }

  @Test
  void aBlobThatCantBeLookedUpIsNotMissing() throws IOException {
    write("v1");
    TestImage image = new TestImage(TestImage.AMD64, "v1");
    Descriptor layer = image.manifest().layers().get(0);
    Path blob = directory.resolve(Blobs.name(layer.digest()));
    makeUnreadable(blob);
    Blobs blobs = new Blobs(new DirectoryFiles(directory), "oci:it");

    assertThatThrownBy(() -> blobs.open(layer))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(blob + ": " + LOOP);
  }

  /** Without the images of the index, artifacts of these images would look superfluous. */
  @Test
  void anEntryThatCantBeLookedUpKeepsTheIndexFromBeingReplaced() throws IOException {
    TestLayout layout = new TestLayout(directory);
    TestImage image = new TestImage(TestImage.AMD64, "v1");
    layout.put(image);
    Descriptor images = layout.index(image.descriptor());
    layout.list(TestLayout.tagged(images, "all"));
    Path index = directory.resolve("index.json");
    byte[] before = Files.readAllBytes(index);
    makeUnreadable(directory.resolve(Blobs.name(images.digest())));

    assertThatThrownBy(() -> write("v2")).message().containsIgnoringCase(LOOP);

    assertThat(index).hasBinaryContent(before);
  }
}
