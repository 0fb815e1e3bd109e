package dev.varve.core.tardiff;

import java.io.IOException;

/** The files that a tar-diff refers to: the regular files of the older image. */
@FunctionalInterface
public interface SourceFiles {
  /**
   * Opens a file.
   *
   * @param path valid by {@link SourcePath}, and otherwise as the tar-diff has it: symbolic links
   *     must not be followed out of the image
   * @return closed by the caller, before the next one is opened
   * @throws IOException if the image has no such regular file, or if reading fails
   */
  SourceFile open(String path) throws IOException;
}
