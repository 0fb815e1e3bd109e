package dev.varve.core.delta;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.tardiff.SourceFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** An image that a client has, from which the layers of a new image are rebuilt. Thread-safe. */
public interface OldImage extends Closeable {
  /** The image or directory as the user named it, for messages. */
  String reference();

  /** Returns whether a delta was made from this image. */
  boolean isSourceOf(Delta delta) throws IOException;

  /**
   * Returns the image's files, which are read on the first call.
   *
   * @param kept the diffIDs of the new image's layers: files of these need not be found
   */
  SourceFiles files(Set<Digest> kept) throws IOException;

  /** Returns where a layer of the new image can be read if the old image has the same bytes. */
  Optional<BlobSource> layer(Descriptor blob);

  /**
   * Returns an old image with layers.
   *
   * @param image the image, which stays open as long as the old image; the caller closes it
   * @param scratch a directory for unpacked layers; the caller owns it, and deletes it afterwards
   */
  static OldImage of(ImageSource image, Path scratch, LayerLimits limits, Progress progress) {
    return new LayeredOldImage(image, scratch, limits, progress);
  }

  /**
   * Returns an old image whose files are in a directory, such as the root of a booted system. Of a
   * system with {@code usr/etc} the image's {@code etc} is there; {@code etc} is the machine's.
   *
   * @param reference the directory as the user named it, for messages
   * @throws IOException if there is no such directory
   */
  static OldImage inDirectory(Path directory, String reference) throws IOException {
    if (!Lookup.isDirectory(directory)) {
      throw new IOException("opening " + reference + ": there is no directory " + directory);
    }
    return new DirectoryOldImage(directory.toRealPath(), reference);
  }
}
