package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * OCI image layouts, as directories ({@code oci:}) and as uncompressed tars ({@code oci-archive:}).
 * Several images lie in one layout under different tags.
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
   * @param tag the image's tag; empty for the only image there is
   * @param platform chooses where the tag leads to an index
   * @param reference the image as the user named it, for messages
   * @throws IOException if there is no such image, or its manifest or config is not as its digest
   *     says
   */
  public static ImageSource open(
      Path directory, String tag, PlatformChoice platform, String reference) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "opening "
              + reference
              + ": "
              + (Files.exists(directory)
                  ? directory + " is not a directory"
                  : "there is no directory " + directory));
    }
    return LayoutSource.open(new DirectoryFiles(directory), tag, platform, reference);
  }

  /**
   * Opens an image of a layout directory that no tag need lead to.
   *
   * @return empty if its manifest is not there (any more)
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
   * The tags of the images in a layout directory, in its order; none if there is no layout yet.
   *
   * @param reference the layout as the user named it, for messages
   */
  public static List<String> tags(Path directory, String reference) throws IOException {
    if (!Files.exists(directory.resolve(INDEX))) {
      return List.of();
    }
    return readIndex(new DirectoryFiles(directory), reference).manifests().stream()
        .map(OciLayout::tag)
        .filter(tag -> !tag.isEmpty())
        .toList();
  }

  /**
   * Blobs that nothing in a layout's index leads to.
   *
   * @param blobs how many there are
   * @param bytes their length
   */
  public record Unreachable(int blobs, long bytes) {}

  /** Finds the blobs of a layout directory that nothing in its index leads to. */
  public static Unreachable unreachable(Path directory, String reference) throws IOException {
    return new LayoutPruning(directory, reference).find();
  }

  /**
   * Removes the blobs of a layout directory that nothing in its index leads to, artifacts of images
   * that are not there any more, and what killed runs left. Images without a tag stay.
   *
   * @return what was removed
   */
  public static Unreachable prune(Path directory, String reference) throws IOException {
    return new LayoutPruning(directory, reference).remove();
  }

  /**
   * Begins an image in a layout directory, which is made unless it is there. The image's tags, and
   * the artifacts of the images that had them before, are taken from the index when this one is
   * committed; no blob is deleted. Blobs that a run finished before it was killed are not copied
   * again, if it was to write to the same directory, or to a new one beside it.
   *
   * @param tags the image's tags; an empty one, and none, stand for {@code latest}
   * @param reference the image as the user named it, for messages
   * @return to be closed; closing may come from another thread at any time
   * @throws IOException if the directory holds something else
   */
  public static IndexSink create(Path directory, List<String> tags, String reference)
      throws IOException {
    return DirectoryPublication.sink(directory, orDefault(tags), reference);
  }

  /** Does {@link #create(Path, List, String)} with one tag. */
  public static IndexSink create(Path directory, String tag, String reference) throws IOException {
    return create(directory, List.of(tag), reference);
  }

  /**
   * Begins an image in a new archive, which replaces one that is there when it is committed;
   * parameters as for {@link #create(Path, List, String)}. Blobs wait in a directory beside the
   * archive. Waits until no other sink for this archive is open, in this process or another.
   *
   * @return to be closed; closing may come from another thread at any time
   * @throws IOException if the directory that the archive is to lie in can't be written to
   */
  public static IndexSink createArchive(Path archive, List<String> tags, String reference)
      throws IOException {
    return createArchive(archive, tags, reference, notice -> {});
  }

  /**
   * Does {@link #createArchive(Path, List, String)}.
   *
   * @param notices receives a line where another run writes the same archive, and this one has
   *     waited for it for a few seconds
   */
  public static IndexSink createArchive(
      Path archive, List<String> tags, String reference, Consumer<String> notices)
      throws IOException {
    return ArchivePublication.sink(archive, orDefault(tags), reference, notices);
  }

  /** Does {@link #createArchive(Path, List, String)} with one tag. */
  public static IndexSink createArchive(Path archive, String tag, String reference)
      throws IOException {
    return createArchive(archive, List.of(tag), reference);
  }

  private static List<String> orDefault(List<String> tags) {
    return tags.isEmpty()
        ? List.of(DEFAULT_TAG)
        : tags.stream().map(tag -> tag.isEmpty() ? DEFAULT_TAG : tag).distinct().toList();
  }

  /** Reads the index of what is checked to be a layout. */
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

  /** The tag in an index's entry; empty if it has none. */
  static String tag(Descriptor entry) {
    return entry.annotations().getOrDefault(REF_NAME, "");
  }

  /** The tag in an entry that can't be read otherwise; empty if it has none. */
  static String tag(JsonObject entry) throws IOException {
    return entry.stringMap("annotations").getOrDefault(REF_NAME, "");
  }

  static Descriptor withTag(Descriptor entry, String tag) {
    return entry.withAnnotations(Map.of(REF_NAME, tag));
  }
}
