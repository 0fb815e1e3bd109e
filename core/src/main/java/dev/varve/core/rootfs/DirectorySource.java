package dev.varve.core.rootfs;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A directory as a source of an image's files.
 *
 * @param root the directory
 * @param config the config of the image
 * @param reference the source as named by the user
 * @param boundary the limits of reading
 */
public record DirectorySource(Path root, ImageConfig config, String reference, Boundary boundary)
    implements TreeSource {
  /** Creates a source with {@link Boundary#DEFAULT}. */
  public DirectorySource(Path root, ImageConfig config, String reference) {
    this(root, config, reference, Boundary.DEFAULT);
  }

  @Override
  public Map<String, String> annotations() {
    return Map.of();
  }

  @Override
  public FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException {
    return DirectoryTree.read(root, boundary, prune, progress);
  }

  @Override
  public void close() {
    // Contents are opened on demand.
  }
}
