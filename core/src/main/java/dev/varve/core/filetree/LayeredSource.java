package dev.varve.core.filetree;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of an image with layers. Owns the image, and closes it. */
public final class LayeredSource implements TreeSource {
  private final ImageSource image;
  private final LayerLimits limits;
  private final List<LayeredTree> read = new ArrayList<>();

  /** Creates a source that takes ownership of the image. */
  public LayeredSource(ImageSource image) {
    this(image, LayerLimits.DEFAULT);
  }

  /** Creates a source that takes ownership of the image and reads it within limits. */
  public LayeredSource(ImageSource image, LayerLimits limits) {
    this.image = image;
    this.limits = limits;
  }

  /** The image, which this source closes. */
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
  public FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException {
    LayeredTree layered = LayeredTree.read(image, scratch, progress, limits);
    read.add(layered);
    FileTree tree = layered.tree();
    prune.stream()
        .filter(path -> tree.find(path).isEmpty())
        .sorted()
        .forEach(path -> progress.notice("nothing to prune at /" + path));
    return prune.isEmpty() ? tree : tree.without(prune::contains);
  }

  @Override
  public List<HiddenFile> hidden() {
    return read.stream().findFirst().map(LayeredTree::hidden).orElse(List.of());
  }

  @Override
  public void close() throws IOException {
    for (LayeredTree tree : read) {
      tree.close();
    }
    image.close();
  }
}
