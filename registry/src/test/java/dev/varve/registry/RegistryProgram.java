package dev.varve.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The programs of registries that tests run, each on a free port of 127.0.0.1. */
public enum RegistryProgram {
  /** Distribution 2, a package of Debian. */
  DISTRIBUTION_2("docker-registry", "--version", "listening on (127\\.0\\.0\\.1:\\d+)") {
    @Override
    List<String> serving(Path directory, String auth) throws IOException {
      return distribution(directory, auth);
    }
  },
  /** Distribution 3, which {@code .ci/newer-judges} builds. */
  DISTRIBUTION_3(
      System.getenv().getOrDefault("DISTRIBUTION_3", "distribution-3"),
      "--version",
      "listening on (127\\.0\\.0\\.1:\\d+)") {
    @Override
    List<String> serving(Path directory, String auth) throws IOException {
      return distribution(directory, auth);
    }
  },
  /**
   * The registry of go-containerregistry: it asks for no login, accepts manifests without their
   * blobs, mounts nothing, and sends no links to further pages of tags.
   */
  CRANE("crane", "version", "serving on port (\\d+)") {
    @Override
    List<String> serving(Path directory, String auth) throws IOException {
      if (!auth.isEmpty()) {
        throw new IllegalArgumentException("crane's registry asks for no login");
      }
      Files.createDirectory(directory.resolve("storage"));
      return List.of(
          executable(), "registry", "serve", "--address", "127.0.0.1:0", "--disk", "storage");
    }
  };

  private final String executable;
  private final String version;
  private final Pattern listening;

  RegistryProgram(String executable, String version, String listening) {
    this.executable = executable;
    this.version = version;
    this.listening = Pattern.compile(listening);
  }

  /**
   * Writes the configuration and returns the command that starts the registry.
   *
   * @param directory an empty directory, which becomes the working directory
   * @param auth the logins in distribution's configuration; may be empty
   * @return the command
   */
  abstract List<String> serving(Path directory, String auth) throws IOException;

  String executable() {
    return executable;
  }

  /**
   * Returns the pattern of the line logged once the registry listens; its group is the port, or
   * address and port.
   */
  Pattern listening() {
    return listening;
  }

  boolean isInstalled() {
    try {
      new ProcessBuilder(executable, version).start().destroy();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  List<String> distribution(Path directory, String auth) throws IOException {
    Files.writeString(
        directory.resolve("config.yml"),
        """
        version: 0.1
        log:
          level: info
        storage:
          filesystem:
            rootdirectory: storage
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:0
          secret: test
        """
            + auth);
    return List.of(executable, "serve", "config.yml");
  }
}
