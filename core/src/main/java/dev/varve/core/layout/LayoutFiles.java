package dev.varve.core.layout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A layout's files, in a directory or a tar. Names are relative. May be used by many threads. */
interface LayoutFiles {
  /** A file's length in bytes; empty if there is no such file. */
  OptionalLong size(String name) throws IOException;

  /** Opens a file that is there. */
  InputStream open(String name) throws IOException;

  /** The file itself, where it is one. */
  Optional<Path> file(String name);

  /** The names at the top, sorted, for messages. */
  List<String> top() throws IOException;
}
