package dev.varve.runner.container;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.RemediableArgumentException;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepRunner;
import dev.varve.runner.Elevation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The working directory of the tool's last script.
 *
 * @param directory the directory, which the caller removes; empty at first
 */
record Workspace(Path directory) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  Workspace {
    if (directory.toString().contains(":")) {
      throw new RemediableArgumentException(
          "podman doesn't support a colon in a path: " + directory, Remedy.OTHER_SCRATCH);
    }
  }

  /** Writes the user's groups to the file that the script reads. */
  void putMeta(Path meta) throws IOException {
    try {
      Files.copy(meta, directory.resolve("_meta_in.yml"));
    } catch (IOException e) {
      throw new IOException("reading the groups in " + meta + " for the container engine", e);
    }
  }

  /** Writes the previous image's manifest to the file that the script reads. */
  void putPrevious(JsonObject manifest) throws IOException {
    Files.write(directory.resolve(ChunkVariables.PREVIOUS_MANIFEST), manifest.toBytes());
  }

  /** Changes the owner of root's files to this process's user, and makes them readable. */
  void giveBack(Elevation root, StepRunner steps) throws IOException {
    if (!root.equals(Elevation.NONE)) {
      Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      Object gid = Files.getAttribute(Path.of("/proc/self"), "unix:gid");
      steps.require(
          Step.capturing(
              "chown", LIMIT, root.command("chown", "-R", uid + ":" + gid, directory.toString())));
    }
    open(directory);
  }

  /**
   * Makes files readable from the top down, because the script leaves directories without access.
   */
  private static void open(Path path) throws IOException {
    if (Lookup.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (Stream<Path> inner = Files.list(path)) {
        for (Path each : inner.toList()) {
          open(each);
        }
      }
    } else if (Lookup.isFile(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  /**
   * Returns the version that the tool has written.
   *
   * @param taken the versions of other images
   * @throws IOException if the version is missing, or in use by another image
   */
  String version(Set<String> taken) throws IOException {
    Path file = directory.resolve("version.txt");
    if (!Lookup.isFile(file)) {
      throw new IOException(
          "reading the version that hhd-dev/rechunk chose: version.txt is missing");
    }
    String version = Files.readString(file).strip();
    if (version.isEmpty()) {
      throw new IOException("reading the version that hhd-dev/rechunk chose: version.txt is empty");
    }
    if (taken.contains(version)) {
      throw new RemediableException(
          "reading the version that hhd-dev/rechunk chose: "
              + version
              + " is in use, and all numbers up to .9",
          Remedy.OTHER_VERSION);
    }
    return version;
  }

  /** Opens the image that the script wrote, to be closed. */
  ImageSource image(String outName) throws IOException {
    Path layout = directory.resolve(outName);
    return OciLayout.open(layout, "", PlatformChoice.any(), "oci:" + layout);
  }
}
