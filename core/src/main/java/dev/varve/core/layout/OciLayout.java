package dev.varve.core.layout;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * OCI image layouts, as directories ({@code oci:}) and as uncompressed tars ({@code oci-archive:}).
 * A layout may contain several images with different tags.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image
 *     layout</a>
 */
public final class OciLayout {
  static final String INDEX = "index.json";
  static final String MARKER = "oci-layout";
  static final byte[] MARKER_CONTENT =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String DEFAULT_TAG = "latest";

  private OciLayout() {}

  /**
   * Opens an image of a layout directory.
   *
   * @param tag the image's tag; empty for the only image
   * @param platform the choice if the tag points to an index
   * @param reference the image as named by the user, for messages
   * @throws IOException if the layout has no such image, or its manifest or config is corrupt
   */
  public static ImageSource open(
      Path directory, String tag, PlatformChoice platform, String reference) throws IOException {
    if (!Lookup.isDirectory(directory)) {
      throw new IOException(
          "opening "
              + reference
              + ": "
              + (Lookup.exists(directory)
                  ? directory + " is not a directory"
                  : "there is no directory " + directory));
    }
    return LayoutSource.open(new DirectoryFiles(directory), tag, platform, reference);
  }

  /**
   * Opens an image of a layout directory by the digest of its manifest.
   *
   * @return empty if the manifest is missing
   */
  public static Optional<ImageSource> find(Path directory, Digest manifest, String reference)
      throws IOException {
    return LayoutSource.find(new DirectoryFiles(directory), manifest, reference);
  }

  /**
   * Opens an image of a layout in a tar, which is read in place; parameters as for {@link #open}.
   *
   * @throws IOException as {@link #open} does, and if the tar is compressed
   */
  public static ImageSource openArchive(
      Path archive, String tag, PlatformChoice platform, String reference) throws IOException {
    return LayoutSource.open(ArchiveFiles.open(archive, reference), tag, platform, reference);
  }

  /**
   * Opens the only artifact of a type in a layout directory.
   *
   * @param artifactType the type of the artifact
   * @param reference the layout as named by the user, for messages
   * @throws IOException if the layout has no such artifact, or several
   */
  public static ImageSource openArtifact(Path directory, String artifactType, String reference)
      throws IOException {
    return LayoutSource.openArtifact(new DirectoryFiles(directory), artifactType, reference);
  }

  /**
   * Opens the only artifact of a type in a layout in a tar; parameters as for {@link
   * #openArtifact(Path, String, String)}.
   */
  public static ImageSource openArchivedArtifact(
      Path archive, String artifactType, String reference) throws IOException {
    return LayoutSource.openArtifact(
        ArchiveFiles.open(archive, reference), artifactType, reference);
  }

  /**
   * Returns the tags of the images in a layout directory, in order; none if the layout does not
   * exist.
   *
   * @param reference the layout as named by the user, for messages
   */
  public static List<String> tags(Path directory, String reference) throws IOException {
    DirectoryFiles files = new DirectoryFiles(directory);
    if (files.size(INDEX).isEmpty()) {
      return List.of();
    }
    return readIndex(files, reference).manifests().stream()
        .map(OciLayout::tag)
        .filter(tag -> !tag.isEmpty())
        .toList();
  }

  /**
   * The blobs that are unreachable from a layout's index.
   *
   * @param blobs the number of blobs
   * @param bytes the total size of the blobs
   */
  public record Unreachable(int blobs, long bytes) {}

  /** Finds the blobs of a layout directory that are unreachable from its index. */
  public static Unreachable unreachable(Path directory, String reference) throws IOException {
    return new LayoutPruning(directory, reference).find();
  }

  /**
   * Removes the blobs of a layout directory that are unreachable from its index, artifacts of
   * removed images, and leftovers of killed runs. Images without a tag are kept.
   *
   * @return the removed blobs
   */
  public static Unreachable prune(Path directory, String reference) throws IOException {
    return new LayoutPruning(directory, reference).remove();
  }

  /**
   * Creates a sink for an image in a layout directory, which is created if missing. A commit
   * removes the image's tags from other images in the index, with the artifacts of these images; no
   * blob is deleted. Finished blobs of a killed run are not copied again, if it wrote to the same
   * directory, or to a new one beside it.
   *
   * @param tags the image's tags; the default and an empty tag is {@code latest}
   * @param reference the image as named by the user, for messages
   * @return the sink, which the caller closes; any thread may close it at any time
   * @throws IOException if the directory is neither a layout nor empty
   */
  public static IndexSink create(Path directory, List<String> tags, String reference)
      throws IOException {
    return DirectoryPublication.sink(directory, orDefault(tags), reference);
  }

  /** Creates a sink like {@link #create(Path, List, String)}, with one tag. */
  public static IndexSink create(Path directory, String tag, String reference) throws IOException {
    return create(directory, List.of(tag), reference);
  }

  /**
   * Creates a sink for an image in a new archive; parameters as for {@link #create(Path, List,
   * String)}. A commit replaces an existing archive. Blobs are staged in a directory beside the
   * archive. Waits until no other sink for this archive is open, in any process.
   *
   * @return the sink, which the caller closes; any thread may close it at any time
   * @throws IOException if the archive's directory is not writable
   */
  public static IndexSink createArchive(Path archive, List<String> tags, String reference)
      throws IOException {
    return createArchive(archive, tags, reference, notice -> {});
  }

  /**
   * Creates a sink like {@link #createArchive(Path, List, String)}.
   *
   * @param notices receives a line after waiting a few seconds for another run that writes the same
   *     archive
   */
  public static IndexSink createArchive(
      Path archive, List<String> tags, String reference, Consumer<String> notices)
      throws IOException {
    return ArchivePublication.sink(archive, orDefault(tags), reference, notices);
  }

  /** Creates a sink like {@link #createArchive(Path, List, String)}, with one tag. */
  public static IndexSink createArchive(Path archive, String tag, String reference)
      throws IOException {
    return createArchive(archive, List.of(tag), reference);
  }

  private static List<String> orDefault(List<String> tags) {
    return tags.isEmpty()
        ? List.of(DEFAULT_TAG)
        : tags.stream().map(tag -> tag.isEmpty() ? DEFAULT_TAG : tag).distinct().toList();
  }

  /** Checks the layout's version and reads its index. */
  static ImageIndex readIndex(LayoutFiles files, String reference) throws IOException {
    byte[] marker;
    LayoutLock.PROCESS.lock();
    try {
      marker = Blobs.readTop(files, MARKER, reference);
    } finally {
      LayoutLock.PROCESS.unlock();
    }
    String version =
        JsonObject.parse(marker, MARKER + " of " + reference).string("imageLayoutVersion");
    if (!version.equals("1.0.0")) {
      throw new IOException(
          "opening " + reference + ": expected a layout of version 1.0.0, got " + version);
    }
    return parseIndex(files, reference);
  }

  static ImageIndex parseIndex(LayoutFiles files, String reference) throws IOException {
    return ImageIndex.parseLayout(
        Blobs.readTop(files, INDEX, reference), INDEX + " of " + reference);
  }

  /** Returns the tag of an index's entry; empty without one. */
  static String tag(Descriptor entry) {
    return entry.annotations().getOrDefault(REF_NAME, "");
  }

  /** Returns the tag of an unparsed entry; empty without one. */
  static String tag(JsonObject entry) throws IOException {
    return entry.stringMap("annotations").getOrDefault(REF_NAME, "");
  }

  static Descriptor withTag(Descriptor entry, String tag) {
    return entry.withAnnotations(Map.of(REF_NAME, tag));
  }
}
