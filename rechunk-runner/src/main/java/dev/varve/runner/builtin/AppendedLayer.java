package dev.varve.runner.builtin;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.compress.Decompression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerTar;
import dev.varve.core.filetree.TreeComparison;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A layer to append to an image. */
public interface AppendedLayer {
  /** Writes the layer's uncompressed tar to a stream, which is not closed. */
  void writeTo(OutputStream out) throws IOException;

  /** Makes a layer for an image. */
  interface Maker {
    /**
     * Makes the layer.
     *
     * @param image the image's files
     * @param created the image's time, in seconds since the epoch
     */
    AppendedLayer make(FileTree image, long created) throws IOException;
  }

  /**
   * Returns a layer with the files of a directory, owned by root and with the image's time. The
   * same files give the same layer. Directories of the image keep their attributes.
   *
   * @param files the files that the layer adds or replaces
   * @param image the image's files
   * @param mtime the mtime of new files, in seconds since the epoch
   * @throws IOException if the layer would replace a directory, or another file by a directory, or
   *     break the image's seal
   */
  static AppendedLayer of(FileTree files, FileTree image, long mtime) throws IOException {
    LayerFit fit = new LayerFit(image);
    for (FileTree.Entry entry : files.entries()) {
      fit.add(entry);
    }
    fit.finish();
    FileTree layer =
        files.map(
            (path, inode) ->
                inode.isDirectory() && image.find(path).isPresent()
                    ? image.find(path).get()
                    : inode
                        .ownedBy(0, 0)
                        .with(mtime, inode.xattrs().without(TreeComparison::isClientXattr)));
    return out -> LayerTar.write(layer, layer.entries(), out);
  }

  /**
   * Returns a layer from a tar, plain or compressed, whose uncompressed bytes are copied unchanged.
   * Writing fails if the tar is malformed or does not fit the image.
   *
   * @param image the image's files
   */
  static AppendedLayer of(Path tar, FileTree image) {
    return out -> {
      LayerFit fit = new LayerFit(image);
      String name = tar.toString();
      try (InputStream file = FileInput.open(tar);
          InputStream plain = new CopiedInput(Decompression.open(file, name), out)) {
        TarReader reader = new TarReader(plain, name);
        Optional<TarEntry> entry = reader.next();
        if (entry.isEmpty()) {
          throw new IOException(
              "appending " + name + ": expected a tar with files, got an empty one");
        }
        for (; entry.isPresent(); entry = reader.next()) {
          fit.add(entry.get());
        }
        fit.finish();
        plain.transferTo(OutputStream.nullOutputStream());
      }
    };
  }
}
