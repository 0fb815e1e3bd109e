package dev.varve.core.filetree;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.ImageConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Files and a config, wherever they lie: an image's layers, a mounted image, a directory. */
public interface TreeSource extends Closeable {
  /** The source as the user named it, transport included, for messages. */
  String reference();

  /** How the files are run, and what is said about them. */
  ImageConfig config();

  /** What the image's manifest is annotated with. */
  Map<String, String> annotations();

  /**
   * Reads the files. Their contents can be opened until this is closed.
   *
   * @param scratch a directory for what must be unpacked; the caller owns it, and deletes it after
   *     this is closed
   * @param prune paths that are left out with all below them, as {@link FileTree} has paths; a
   *     notice tells of those that aren't there
   */
  FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException;

  /** Reads all files; parameters as above. */
  default FileTree read(Path scratch, Progress progress) throws IOException {
    return read(scratch, Set.of(), progress);
  }
}
