package dev.varve.core.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds programs in a list of directories.
 *
 * @param directories the directories, in the order of the search
 */
public record Programs(List<Path> directories) {
  /** The directories of root's programs, which not every user has in the search path. */
  private static final List<String> FOR_ROOT = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

  /** Copies the list. */
  public Programs {
    directories = List.copyOf(directories);
  }

  /** Returns the search path of an environment, with the directories of root's programs. */
  public static Programs of(Map<String, String> environment) {
    return new Programs(
        Stream.concat(inPath(environment).directories().stream(), FOR_ROOT.stream().map(Path::of))
            .distinct()
            .toList());
  }

  /** Returns the search path of an environment, which the system uses. */
  static Programs inPath(Map<String, String> environment) {
    return new Programs(
        Stream.of(environment.getOrDefault("PATH", "").split(":", -1))
            .filter(name -> name.startsWith("/"))
            .map(Path::of)
            .toList());
  }

  /** Finds the path of a program; empty if it is not installed. */
  public Optional<String> find(String name) {
    return directories.stream()
        .map(directory -> directory.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .map(Path::toString)
        .findFirst();
  }

  /**
   * Finds the path of a program.
   *
   * @param doing the activity that needs the program, starting with a gerund
   * @param install how to install it
   * @throws MissingProgramException if the program is not installed
   */
  public String require(String name, String doing, String install) throws MissingProgramException {
    Optional<String> found = find(name);
    if (found.isEmpty()) {
      throw new MissingProgramException(doing + ": " + name + " is not installed; " + install);
    }
    return found.get();
  }
}
