package dev.varve.core.filetree;

import dev.varve.core.bytes.Progress;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Reads layers that a test makes as a tree, and closes the tree after the test. */
abstract class LayeredTreeFixture {
  @TempDir Path scratch;
  LayeredTree read = emptyTree();

  private static LayeredTree emptyTree() {
    try {
      return LayeredTree.read(new MemoryImage(), Path.of(""), Progress.SILENT);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    read.close();
  }

  List<String> listing(MemoryImage image) throws IOException {
    return Listing.of(tree(image));
  }

  List<String> listing(LayerBytes... layers) throws IOException {
    MemoryImage image = new MemoryImage();
    for (LayerBytes layer : layers) {
      image.layer("none", layer.toBytes());
    }
    return listing(image);
  }

  FileTree tree(MemoryImage image) throws IOException {
    read = LayeredTree.read(image, scratch, Progress.SILENT);
    return read.tree();
  }

  static LayerBytes layer() {
    return new LayerBytes();
  }

  record Notices(List<String> texts) implements Progress {
    @Override
    public void notice(String text) {
      texts.add(text);
    }
  }

  static TarEntry device(String path, int major, int minor) {
    return new TarEntry(
        path, TarEntry.Type.CHARACTER_DEVICE, 0666, 0, 0, 0, 0, 0, "", Xattrs.EMPTY, major, minor);
  }
}
