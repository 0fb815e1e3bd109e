package dev.varve.core.layout;

import dev.varve.core.bytes.FileInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The files of a layout in a directory. */
record DirectoryFiles(Path directory) implements LayoutFiles {
  @Override
  public OptionalLong size(String name) throws IOException {
    return size(directory.resolve(name));
  }

  /** Returns a regular file's size; empty without one. Fails if that can't be determined. */
  static OptionalLong size(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile() ? OptionalLong.of(attributes.size()) : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public InputStream open(String name) throws IOException {
    return FileInput.open(directory.resolve(name));
  }

  @Override
  public Optional<Path> file(String name) {
    return Optional.of(directory.resolve(name)).filter(Files::isRegularFile);
  }

  @Override
  public List<String> top() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
