package dev.varve.core.filetree;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.ImageConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A source of files and a config: an image's layers, a mounted image, or a directory. */
public interface TreeSource extends Closeable {
  /** Returns the source as the user named it, with the transport, for messages. */
  String reference();

  /** Returns the config. */
  ImageConfig config();

  /** Returns the annotations of the image's manifest. */
  Map<String, String> annotations();

  /**
   * Reads the files. Their contents can be opened until this source is closed.
   *
   * @param scratch a directory for unpacked files; the caller owns it, and deletes it after closing
   *     this source
   * @param prune paths, in the form of {@link FileTree}, to leave out with everything below;
   *     missing ones are reported as notices
   */
  FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException;

  /**
   * Returns files of layers that later layers replace or remove, once the files have been read;
   * none if the source has no layers.
   */
  default List<HiddenFile> hidden() {
    return List.of();
  }

  /** Reads all files; parameters as above. */
  default FileTree read(Path scratch, Progress progress) throws IOException {
    return read(scratch, Set.of(), progress);
  }
}
