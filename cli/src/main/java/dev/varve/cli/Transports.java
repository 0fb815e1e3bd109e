package dev.varve.cli;

import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.DockerArchive;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.rootfs.DirectorySource;
import dev.varve.core.rootfs.PodmanStorage;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Opens what references name.
 *
 * @param platform which platform's image is taken
 * @param scratch for what podman must save to a file first
 * @param environment the environment's variables
 * @param registry the client for what is in registries; asked for only where something is
 */
record Transports(
    PlatformChoice platform,
    Scratch scratch,
    Map<String, String> environment,
    Supplier<Registry> registry) {
  /** What a build writes last, roughly: its directory tree has no other date. */
  private static final List<String> DATED_BY =
      List.of(
          "",
          "usr/share/rpm/rpmdb.sqlite",
          "usr/lib/sysimage/rpm/rpmdb.sqlite",
          "var/lib/rpm/rpmdb.sqlite");

  /** Opens something that has files, to be closed; closing may come from another thread. */
  TreeSource tree(Reference reference) throws IOException {
    return switch (reference.transport()) {
      case ROOTFS -> directory(reference);
      case CONTAINERS_STORAGE ->
          new PodmanStorage()
              .open(reference.location(), scratch.directory("podman"), reference.text());
      default -> new LayeredSource(image(reference));
    };
  }

  /** Opens something that has layers, to be closed. */
  ImageSource image(Reference reference) throws IOException {
    return switch (reference.transport()) {
      case DOCKER -> repository(reference).image(reference.name(), platform, reference.text());
      case OCI -> OciLayout.open(reference.path(), reference.name(), platform, reference.text());
      case OCI_ARCHIVE ->
          OciLayout.openArchive(reference.path(), reference.name(), platform, reference.text());
      case DOCKER_ARCHIVE ->
          DockerArchive.open(reference.path(), reference.name(), platform, reference.text());
      case CONTAINERS_STORAGE ->
          new PodmanStorage()
              .openSaved(reference.location(), scratch.directory("podman"), reference.text());
      case ROOTFS ->
          throw new IllegalArgumentException(
              reference
                  + " is a directory: it has files but no layers, and layers are needed here");
    };
  }

  /** Opens a place that an image can be written to, to be closed. */
  ImageSink sink(Reference reference) throws IOException {
    requireWritable(reference);
    return switch (reference.transport()) {
      case DOCKER ->
          repository(reference)
              .sink(List.of(reference.name()), scratch.directory("upload"), reference.text());
      case OCI -> OciLayout.create(reference.path(), reference.name(), reference.text());
      default -> OciLayout.createArchive(reference.path(), reference.name(), reference.text());
    };
  }

  /**
   * Checks that an image can be written to what a reference names.
   *
   * @throws IllegalArgumentException if not; the message says where it can
   */
  static void requireWritable(Reference reference) {
    boolean known =
        switch (reference.transport()) {
          case DOCKER, OCI, OCI_ARCHIVE -> true;
          case DOCKER_ARCHIVE, CONTAINERS_STORAGE, ROOTFS -> false;
        };
    // A new image has a digest of its own.
    boolean pinned =
        reference.transport() == Reference.Transport.DOCKER && reference.name().contains(":");
    if (!known || pinned) {
      throw new IllegalArgumentException(
          reference
              + " can't be written to; expected docker://HOST/PATH[:TAG], "
              + Reference.Transport.OCI.form()
              + " or "
              + Reference.Transport.OCI_ARCHIVE.form());
    }
  }

  /** The repository that an image in a registry is in. */
  Repository repository(Reference reference) {
    return registry.get().repository(reference.repository());
  }

  private TreeSource directory(Reference reference) throws IOException {
    if (!Files.isDirectory(reference.path())) {
      throw new IOException(
          "opening "
              + reference
              + ": "
              + (Files.exists(reference.path())
                  ? reference.path() + " is not a directory"
                  : "there is no directory " + reference.path()));
    }
    ImageConfig config = ImageConfig.forPlatform(platform.platform());
    return new DirectorySource(
        reference.path(),
        new ImageConfig(config.json().with("created", created(reference.path()).toString())),
        reference.text());
  }

  /** SOURCE_DATE_EPOCH, or what the files themselves say, so that they always say the same. */
  private Instant created(Path root) throws IOException {
    String given = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
    if (!given.isEmpty()) {
      try {
        return Instant.ofEpochSecond(Long.parseLong(given));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "expected seconds since 1970 in SOURCE_DATE_EPOCH, got \"" + given + "\"", e);
      }
    }
    long newest = 0;
    for (String name : DATED_BY) {
      Path file = root.resolve(name);
      if (Files.exists(file)) {
        newest = Math.max(newest, Files.getLastModifiedTime(file).toInstant().getEpochSecond());
      }
    }
    return Instant.ofEpochSecond(newest);
  }
}
