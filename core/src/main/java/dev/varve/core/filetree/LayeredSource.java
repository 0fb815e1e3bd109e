package dev.varve.core.filetree;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The files of an image that consists of layers. Closes the image with itself. */
public final class LayeredSource implements TreeSource {
  private final ImageSource image;
  private final List<LayeredTree> read = new ArrayList<>();

  /** The files of this image, which it owns from now on. */
  public LayeredSource(ImageSource image) {
    this.image = image;
  }

  /** The image, which stays this one's to close. */
  public ImageSource image() {
    return image;
  }

  @Override
  public String reference() {
    return image.reference();
  }

  @Override
  public ImageConfig config() {
    return image.config();
  }

  @Override
  public Map<String, String> annotations() {
    return image.manifest().annotations();
  }

  @Override
  public FileTree read(Path scratch, Progress progress) throws IOException {
    LayeredTree tree = LayeredTree.read(image, scratch, progress);
    read.add(tree);
    return tree.tree();
  }

  @Override
  public void close() throws IOException {
    for (LayeredTree tree : read) {
      tree.close();
    }
    image.close();
  }
}
