package dev.varve.core.fuzz;

import dev.varve.core.bytes.DirectoryRemoval;
import dev.varve.core.bytes.IoConsumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories for parsers of files. */
public final class TemporaryFiles {
  private TemporaryFiles() {}

  /** Passes a new directory to {@code action}, and removes it afterwards. */
  public static void in(IoConsumer<Path> action) throws IOException {
    Path directory = Files.createTempDirectory("fuzz");
    try {
      action.accept(directory);
    } finally {
      DirectoryRemoval.remove(directory);
    }
  }
}
