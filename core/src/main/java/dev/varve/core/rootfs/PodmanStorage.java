package dev.varve.core.rootfs;

import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.process.MissingProgramException;
import dev.varve.core.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Reads and writes images in podman's storage ({@code containers-storage:}) through podman. As
 * root, and under {@code podman unshare}, an image is mounted and read in place; otherwise podman
 * saves it to a scratch file first.
 */
public final class PodmanStorage {
  private static final String ARCHIVE = "podman-save.tar";

  private final Program podman;

  /** Creates the access to this user's storage by podman in the search path. */
  public PodmanStorage() {
    this("podman");
  }

  /** Creates the access by another podman. */
  public PodmanStorage(String executable) {
    this(List.of(executable));
  }

  /** Creates the access by a command: podman with a prefix and options. */
  public PodmanStorage(List<String> command) {
    this.podman =
        new Program(
            command,
            "install the package podman, or save the image on a machine with podman and read it as"
                + " oci-archive:FILE");
  }

  /**
   * Opens an image.
   *
   * @param image the name or ID of the image
   * @param scratch the caller's directory for a saved image; empty again after the source is closed
   * @param reference the image as named by the user, for messages
   * @return the source, which the caller closes; any thread may close it, repeatedly
   * @throws MissingProgramException if podman is not installed
   * @throws IOException if the image does not exist, or podman fails
   */
  public TreeSource open(String image, Path scratch, String reference) throws IOException {
    return open(image, scratch, reference, LayerLimits.DEFAULT);
  }

  /** Opens an image as above; the layers of a saved image are read within limits. */
  public TreeSource open(String image, Path scratch, String reference, LayerLimits limits)
      throws IOException {
    StoredImage stored = find(image, reference);
    return stored.mount()
        ? stored
        : new LayeredSource(
            Saved.of(podman, stored.id(), scratch.resolve(ARCHIVE), reference), limits);
  }

  /**
   * Finds an image, which is mounted when its files are read; parameters and exceptions as for
   * {@link #open}.
   */
  public StoredImage find(String image, String reference) throws IOException {
    requireImage(image, reference);
    JsonObject inspected = inspect(image);
    return new StoredImage(
        podman, image, inspected.string("Id"), config(inspected), size(inspected), reference);
  }

  private static long size(JsonObject inspected) throws IOException {
    return inspected.number("Size", 0);
  }

  /** Returns whether the storage has an image. */
  public boolean has(String image) throws IOException {
    requireName(image);
    Program.Result exists = podman.run("image", "exists", image);
    if (exists.exitCode() > 1) {
      throw exists.failure();
    }
    return exists.succeeded();
  }

  /**
   * Opens an image with its layers, which podman saves to a file; parameters and exceptions as for
   * {@link #open}. The layers are uncompressed, as in podman's storage.
   */
  public ImageSource openSaved(String image, Path scratch, String reference) throws IOException {
    requireImage(image, reference);
    String id = inspect(image).string("Id");
    return Saved.of(podman, id, scratch.resolve(ARCHIVE), reference);
  }

  /**
   * Creates a sink for an image, which podman pulls on commit. The names may be taken over from
   * other images. The image keeps its manifest; artifacts are dropped, because the storage can't
   * store them.
   *
   * @param names the image's names, at least one; names without a registry are at {@code localhost}
   * @param scratch a directory for the blobs until the commit; empty again after the sink is closed
   * @param reference the image as named by the user, for messages
   * @return the sink, which the caller closes; any thread may close it at any time
   * @throws MissingProgramException if podman is not installed
   * @throws IOException if podman refuses a name
   */
  public ImageSink create(List<String> names, Path scratch, String reference) throws IOException {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("expected a name for the image, got none");
    }
    for (String name : names) {
      requireName(name);
      if (name.contains("@")) {
        throw new IllegalArgumentException(
            "writing to %s: expected a name without a digest, got \"%s\""
                .formatted(reference, name));
      }
      has(name); // fails for a name that podman refuses
    }
    return new PodmanSink(podman, List.copyOf(names), scratch, reference);
  }

  /**
   * Returns the variables with which podman puts its temporary files in a scratch directory, where
   * the next run finds those of a killed one.
   */
  static Map<String, String> temporary(Path scratch) {
    return Map.of("TMPDIR", scratch.toString());
  }

  private static void requireName(String name) {
    if (name.isEmpty() || name.startsWith("-")) {
      throw new IllegalArgumentException("expected an image's name, got \"" + name + "\"");
    }
  }

  private void requireImage(String image, String reference) throws IOException {
    if (!has(image)) {
      throw new IOException(
          "opening "
              + reference
              + ": podman has no image \""
              + image
              + "\"; \"podman images\" lists the existing ones (root and each user have separate"
              + " storages)");
    }
  }

  private JsonObject inspect(String image) throws IOException {
    String output = podman.require("image", "inspect", image).output();
    List<JsonObject> images =
        JsonObject.parseArray(
            output.getBytes(StandardCharsets.UTF_8), "the output of podman image inspect");
    if (images.size() != 1) {
      throw new IOException(
          "reading the output of podman image inspect: expected one image, got " + images.size());
    }
    return images.get(0);
  }

  /** Converts the output of podman image inspect to a config. */
  static ImageConfig config(JsonObject inspected) throws IOException {
    JsonObject json = JsonObject.EMPTY;
    for (String name : List.of("Created", "Author", "Architecture", "Variant", "Os")) {
      String text = inspected.optionalString(name).orElse("");
      if (!text.isEmpty()) {
        json = json.with(name.toLowerCase(Locale.ROOT), text);
      }
    }
    JsonObject run = inspected.optionalObject("Config").orElse(JsonObject.EMPTY);
    if (inspected.has("Healthcheck") && !run.has("Healthcheck")) {
      run = run.with("Healthcheck", inspected.object("Healthcheck"));
    }
    JsonObject rootfs = inspected.optionalObject("RootFS").orElse(JsonObject.EMPTY);
    return new ImageConfig(
        json.with("config", run)
            .with(
                "rootfs",
                JsonObject.EMPTY.with("type", "layers").with("diff_ids", rootfs.strings("Layers")))
            .with("history", inspected.objects("History")));
  }

  /** An image saved by podman to a file, which is deleted on close. */
  private record Saved(Path archive, ImageSource image) implements ImageSource {
    static Saved of(Program podman, String id, Path archive, String reference) throws IOException {
      boolean saved = false;
      try {
        podman.require(
            temporary(Objects.requireNonNull(archive.toAbsolutePath().getParent())),
            "save",
            "--quiet",
            "--format",
            "oci-archive",
            "-o",
            archive.toString(),
            id);
        ImageSource image = OciLayout.openArchive(archive, "", PlatformChoice.any(), reference);
        saved = true;
        return new Saved(archive, image);
      } finally {
        if (!saved) {
          Files.deleteIfExists(archive);
        }
      }
    }

    @Override
    public String reference() {
      return image.reference();
    }

    @Override
    public Descriptor descriptor() {
      return image.descriptor();
    }

    @Override
    public Manifest manifest() {
      return image.manifest();
    }

    @Override
    public ImageConfig config() {
      return image.config();
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      return image.open(blob);
    }

    @Override
    public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType)
        throws IOException {
      return image.referrers(subject, artifactType);
    }

    @Override
    public void close() throws IOException {
      image.close();
      Files.deleteIfExists(archive);
    }
  }
}
