package dev.varve.runner.builtin;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for what is unpacked in between, deleted at the end and when the JVM is stopped. */
final class Scratch implements Closeable {
  private final Path root;
  private final Thread onExit = new Thread(this::delete);

  private Scratch(Path root) {
    this.root = root;
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  static Scratch in(Path parent) throws IOException {
    try {
      Files.createDirectories(parent);
      return new Scratch(Files.createTempDirectory(parent, "varve-"));
    } catch (IOException e) {
      throw new IOException(
          "creating a scratch directory in "
              + parent
              + ": "
              + e.getMessage()
              + "; TMPDIR chooses another place",
          e);
    }
  }

  /** A directory in it, made when it is first asked for. */
  Path directory(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  private void delete() {
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // What is left is scratch, and the temporary directory's owner cleans it up.
    }
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The JVM is stopping already, and runs the hook.
    }
  }
}
