package dev.varve.core.delta;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.tardiff.SourceFile;
import dev.varve.core.tardiff.SourceFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An old image with layers. Does not own the image. */
final class LayeredOldImage implements OldImage {
  private final ImageSource image;
  private final Path scratch;
  private final LayerLimits limits;
  private final Progress progress;
  private @Nullable LayeredTree files;
  private @Nullable IOException failure;

  LayeredOldImage(ImageSource image, Path scratch, LayerLimits limits, Progress progress) {
    this.image = image;
    this.scratch = scratch;
    this.limits = limits;
    this.progress = progress;
  }

  @Override
  public String reference() {
    return image.reference();
  }

  @Override
  public boolean isSourceOf(Delta delta) {
    return delta.sourceConfig().equals(image.manifest().config().digest());
  }

  @Override
  public synchronized SourceFiles files(Set<Digest> kept) throws IOException {
    if (failure != null) {
      throw failure; // reading again, once for each layer, would take long and fail again
    }
    LayeredTree tree = files;
    if (tree == null) {
      try {
        tree = SourceLayers.read(image, kept, scratch, limits, progress);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
      files = tree;
    }
    LayeredTree read = tree;
    return path -> open(read, path);
  }

  private SourceFile open(LayeredTree files, String path) throws IOException {
    Optional<Content> content = files.tree().find(path).flatMap(inode -> inode.content());
    if (content.isEmpty()) {
      throw new NoSuchFileException("/" + path, null, "no such file in " + reference());
    }
    return ContentFile.of(content.get(), scratch);
  }

  @Override
  public Optional<BlobSource> layer(Descriptor blob) {
    return image.manifest().layers().stream().anyMatch(it -> it.digest().equals(blob.digest()))
        ? Optional.of(image)
        : Optional.empty();
  }

  @Override
  public synchronized void close() throws IOException {
    if (files != null) {
      files.close();
    }
  }
}
