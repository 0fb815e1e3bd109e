package dev.varve.cli.session;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.DockerArchive;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.rootfs.Boundary;
import dev.varve.core.rootfs.DirectorySource;
import dev.varve.core.rootfs.PodmanStorage;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens places by their references.
 *
 * @param platform the platform for references with several images
 * @param scratch the directory for images to and from podman
 * @param environment the environment variables
 * @param registry the client for registries, opened on first use
 * @param oneFileSystem whether mounts below a directory are excluded from its files
 * @param beside other places that the command reads or writes, excluded from a directory's files
 * @param layerLimits the limits for reading layers
 * @param notices receives notices for the user
 */
public record Transports(
    PlatformChoice platform,
    Scratch scratch,
    Map<String, String> environment,
    Supplier<Registry> registry,
    boolean oneFileSystem,
    List<Reference> beside,
    LayerLimits layerLimits,
    Consumer<String> notices) {
  /** Files that a build writes near its end, used to date a directory. */
  private static final List<String> DATED_BY =
      List.of(
          "usr/share/rpm/rpmdb.sqlite",
          "usr/lib/sysimage/rpm/rpmdb.sqlite",
          "var/lib/rpm/rpmdb.sqlite");

  /** The kinds of places that can store an index. */
  private static final List<Reference.Transport> TAKE_INDEX =
      List.of(Reference.Transport.DOCKER, Reference.Transport.OCI, Reference.Transport.OCI_ARCHIVE);

  /** Returns a copy for a command that uses other places in addition to a directory. */
  public Transports beside(boolean inOneFileSystem, List<Reference> others) {
    return new Transports(
        platform, scratch, environment, registry, inOneFileSystem, others, layerLimits, notices);
  }

  /** Opens a source of files, which the caller closes; any thread may close it. */
  public TreeSource tree(Reference reference) throws IOException {
    return switch (reference.transport()) {
      case ROOTFS -> directory(reference);
      case CONTAINERS_STORAGE ->
          new PodmanStorage()
              .open(
                  reference.location(), scratch.directory("podman"), reference.text(), layerLimits);
      default -> new LayeredSource(image(reference), layerLimits);
    };
  }

  /** Opens an image with layers, which the caller closes. */
  public ImageSource image(Reference reference) throws IOException {
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
              reference + ": expected an image with layers, got a directory");
    };
  }

  /**
   * Opens an artifact, which the caller closes: in a registry the one that the reference names, in
   * a layout the only one of its type.
   */
  public ImageSource artifact(Reference reference, String type) throws IOException {
    return switch (reference.transport()) {
      case DOCKER -> image(reference);
      case OCI -> OciLayout.openArtifact(untagged(reference), type, reference.text());
      case OCI_ARCHIVE ->
          OciLayout.openArchivedArtifact(untagged(reference), type, reference.text());
      default ->
          throw new IllegalArgumentException(
              reference + ": expected docker://, oci: or oci-archive:, which can store artifacts");
    };
  }

  private static Path untagged(Reference reference) {
    if (!reference.name().isEmpty()) {
      throw new IllegalArgumentException(
          reference + ": expected no tag, which names an image; an artifact is found by its type");
    }
    return reference.path();
  }

  /** Opens a destination for an image, which the caller closes. */
  public ImageSink sink(Reference reference) throws IOException {
    return sink(reference, List.of());
  }

  /**
   * Opens a destination for an image, which the caller closes.
   *
   * @param tags tags for the image in addition to the one in the reference
   */
  public ImageSink sink(Reference reference, List<String> tags) throws IOException {
    requireWritable(reference);
    return switch (reference.transport()) {
      case DOCKER, OCI, OCI_ARCHIVE -> indexSink(reference, tags);
      case DOCKER_ARCHIVE ->
          DockerArchive.create(
              reference.path(),
              names(reference.name(), tags, reference),
              reference.text(),
              notices);
      case CONTAINERS_STORAGE ->
          new PodmanStorage()
              .create(
                  names(reference.location(), tags, reference),
                  scratch.directory("podman"),
                  reference.text());
      case ROOTFS -> throw new IllegalStateException(reference + " was found to be writable");
    };
  }

  /**
   * Opens a destination for an index, which the caller closes.
   *
   * @param tags tags for the index in addition to the one in the reference
   */
  public IndexSink indexSink(Reference reference, List<String> tags) throws IOException {
    requireTakesIndex(reference);
    List<String> all = joined(reference.name(), tags);
    return switch (reference.transport()) {
      case DOCKER -> repository(reference).sink(all, scratch.directory("upload"), reference.text());
      case OCI -> OciLayout.create(reference.path(), all, reference.text());
      default -> OciLayout.createArchive(reference.path(), all, reference.text(), notices);
    };
  }

  /**
   * Opens a destination in a registry for an image or index by digest.
   *
   * @param tags the tags
   */
  public IndexSink untaggedSink(Reference reference, List<String> tags) throws IOException {
    return repository(reference).sink(tags, scratch.directory("upload"), reference.text());
  }

  /** Opens a destination for an artifact alone, which the caller closes. */
  public IndexSink artifactSink(Reference reference) throws IOException {
    requireTakesArtifact(reference);
    return reference.transport() == Reference.Transport.DOCKER
        ? untaggedSink(reference, List.of())
        : indexSink(reference, List.of());
  }

  /**
   * Checks that a reference can be the destination of an artifact, which has no tag.
   *
   * @throws IllegalArgumentException if not; the message says why
   */
  public static void requireTakesArtifact(Reference reference) {
    if (reference.transport() == Reference.Transport.DOCKER) {
      Reference.repository(reference.text());
    } else if (!TAKE_INDEX.contains(reference.transport())) {
      throw new IllegalArgumentException(
          reference
              + " can't be the destination of an artifact, because it stores images only; expected"
              + " docker://HOST/PATH, oci:DIR, oci-archive:FILE");
    } else if (!reference.name().isEmpty()) {
      throw new IllegalArgumentException(
          reference + " can't be the destination of an artifact, because it has a tag");
    }
  }

  /**
   * Checks that a reference can be the destination of an index.
   *
   * @throws IllegalArgumentException if not; the message says why
   */
  public static void requireTakesIndex(Reference reference) {
    requireWritable(reference);
    if (!TAKE_INDEX.contains(reference.transport())) {
      throw new IllegalArgumentException(
          reference
              + " can't be the destination of an index, because it stores a single image; expected "
              + TAKE_INDEX.stream()
                  .map(Reference.Transport::form)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** Returns a list of all names. */
  public static List<String> joined(String first, List<String> others) {
    return Stream.concat(Stream.of(first), others.stream()).toList();
  }

  /** Returns an image's name, and the name with other tags. */
  private static List<String> names(String name, List<String> tags, Reference reference) {
    if (name.isEmpty()) {
      if (!tags.isEmpty()) {
        throw new IllegalArgumentException(
            reference
                + " has no name to which a tag could be added; expected "
                + reference.transport().form());
      }
      return List.of();
    }
    int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
    String untagged = colon < 0 ? name : name.substring(0, colon);
    return joined(name, tags.stream().map(tag -> untagged + ":" + tag).toList());
  }

  /**
   * Checks that a reference can be the destination of an image.
   *
   * @throws IllegalArgumentException if not; the message says why
   */
  public static void requireWritable(Reference reference) {
    if (reference.transport() == Reference.Transport.ROOTFS) {
      throw new IllegalArgumentException(
          reference + " can't be the destination of an image, because it is a directory");
    }
    if (reference.transport() == Reference.Transport.DOCKER && reference.name().contains(":")) {
      throw new IllegalArgumentException(
          reference
              + " can't be the destination of a new image, because it has a digest; expected"
              + " docker://HOST/PATH[:TAG]");
    }
  }

  /** Returns the repository of an image in a registry. */
  public Repository repository(Reference reference) {
    return registry.get().repository(reference.repository());
  }

  private TreeSource directory(Reference reference) throws IOException {
    if (!Lookup.isDirectory(reference.path())) {
      throw new IOException(
          "opening "
              + reference
              + ": "
              + (Lookup.exists(reference.path())
                  ? reference.path() + " is not a directory"
                  : "there is no directory " + reference.path()));
    }
    List<Path> leftOut = leftOut(reference);
    Instant created = created(reference.path(), leftOut);
    ImageConfig config = ImageConfig.forPlatform(platform.platform());
    return new DirectorySource(
        reference.path(),
        new ImageConfig(config.json().with("created", created.toString())),
        reference.text(),
        new Boundary(oneFileSystem, leftOut));
  }

  /**
   * Returns the files and directories that this command uses, excluded from a directory's image.
   */
  private List<Path> leftOut(Reference directory) throws IOException {
    List<Path> leftOut = new ArrayList<>(List.of(scratch.root()));
    for (Reference other : beside) {
      if (other.isOfImages()) {
        if (Lookup.exists(other.path()) && Files.isSameFile(other.path(), directory.path())) {
          throw new IllegalArgumentException(
              directory + " and " + other + " are the same directory: use two directories");
        }
        leftOut.add(other.path());
      }
    }
    return leftOut;
  }

  /** Returns SOURCE_DATE_EPOCH, or else a date that depends only on the files. */
  private Instant created(Path root, List<Path> leftOut) throws IOException {
    String given = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
    if (!given.isEmpty()) {
      try {
        return Instant.ofEpochSecond(Long.parseLong(given));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "expected seconds since 1970 in SOURCE_DATE_EPOCH, got \"" + given + "\"", e);
      }
    }
    long newest = changed(root, leftOut);
    for (String name : DATED_BY) {
      Path file = root.resolve(name);
      if (Lookup.exists(file)) {
        newest = Math.max(newest, seconds(file));
      }
    }
    return Instant.ofEpochSecond(newest);
  }

  /**
   * Returns the date of a directory's last change. If this run creates files in the directory, the
   * mtimes of its other children count instead of its own.
   */
  private static long changed(Path root, List<Path> leftOut) throws IOException {
    Path real = root.toRealPath();
    List<Path> own = new ArrayList<>();
    for (Path path : leftOut) {
      Path parent = path.toAbsolutePath().getParent();
      if (parent != null && Lookup.exists(parent) && parent.toRealPath().equals(real)) {
        own.add(real.resolve(path.getFileName()));
      }
    }
    if (own.isEmpty()) {
      return seconds(real);
    }
    long newest = 0;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(real)) {
      for (Path child : children) {
        newest = own.contains(child) ? newest : Math.max(newest, seconds(child));
      }
    }
    return newest;
  }

  private static long seconds(Path path) throws IOException {
    return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant().getEpochSecond();
  }
}
