package dev.varve.core.layout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The files of a layout in a directory. */
record DirectoryFiles(Path directory) implements LayoutFiles {
  @Override
  public OptionalLong size(String name) throws IOException {
    Path file = directory.resolve(name);
    return Files.isRegularFile(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
  }

  @Override
  public InputStream open(String name) throws IOException {
    return Files.newInputStream(directory.resolve(name));
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
