package dev.varve.core.layout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The files of a layout, in a directory or a tar. Names are relative. Thread-safe. */
interface LayoutFiles {
  /** Returns a file's size in bytes; empty if the file is missing. */
  OptionalLong size(String name) throws IOException;

  /** Opens an existing file. */
  InputStream open(String name) throws IOException;

  /** Returns the path of a file, if it is stored as a separate file. */
  Optional<Path> file(String name);

  /** Returns the names at the top of the layout, sorted, for messages. */
  List<String> top() throws IOException;
}
