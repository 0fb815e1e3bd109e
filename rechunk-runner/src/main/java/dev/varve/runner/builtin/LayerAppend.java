package dev.varve.runner.builtin;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSink.BlobWriter;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.PlanState;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Appends one layer to an image without changing the other layers. The image's state is copied,
 * which allows the next build to plan with the new image.
 *
 * @param compression the compression of the new layer
 * @param degree the number of layers copied at once
 * @param progress receives the bytes copied and written
 */
public record LayerAppend(Compression compression, int degree, Progress progress) {
  /**
   * The result.
   *
   * @param image the new image at the sink
   * @param layers the number of layers
   * @param totalBytes the total size of config and layers
   * @param layer the appended layer
   * @param diffId the digest of the appended layer's tar
   * @param hasState whether the original image had a state, which the new one has too
   */
  public record Result(
      Descriptor image,
      int layers,
      long totalBytes,
      Descriptor layer,
      Digest diffId,
      boolean hasState) {}

  /**
   * The image below the new layer.
   *
   * @param tarSizes the uncompressed sizes of the image's layers in bytes
   * @param limits the limits within which the result can be read again
   * @param scratch the caller's directory for temporary files
   */
  public record Below(List<Long> tarSizes, LayerLimits limits, Path scratch) {
    /** Copies the list. */
    public Below {
      tarSizes = List.copyOf(tarSizes);
    }
  }

  /**
   * Reads the image, to see that the layer fits on it, then appends the layer and commits the
   * image. Source and sink stay open.
   *
   * @param limits the limits within which the result can be read again
   * @param scratch with space for the uncompressed image
   * @throws IOException also if the result would be beyond the limits, or the layer does not fit
   */
  public Result append(
      ImageSource image,
      AppendedLayer.Maker layer,
      LayerLimits limits,
      Scratch scratch,
      ImageSink sink)
      throws IOException {
    try (LayeredTree read = LayeredTree.read(image, scratch.directory("image"), progress, limits)) {
      Below below = new Below(read.tarSizes(), limits, scratch.directory("appended"));
      long created = image.config().created().getEpochSecond();
      return append(image, below, layer.make(read.tree(), created), sink);
    }
  }

  /**
   * Appends a layer and commits the image. Source and sink are not closed.
   *
   * @throws IOException also if the result would exceed the limits, or the layer is malformed
   */
  public Result append(ImageSource image, Below below, AppendedLayer layer, ImageSink sink)
      throws IOException {
    progress.begin("appending a layer to " + image.reference(), 0);
    Digest diffId;
    Descriptor blob;
    long tarSize;
    try (BlobWriter written = sink.newBlob()) {
      HashedTar tar;
      try (OutputStream compressed = compression.compress(written)) {
        tar = new HashedTar(compressed, progress);
        layer.writeTo(tar);
      }
      diffId = tar.diffId();
      tarSize = tar.size();
      blob =
          written
              .finish(MediaTypes.OCI_LAYER + compression.mediaTypeSuffix())
              .withAnnotations(Map.of(PublishedImage.COMPONENTS_ANNOTATION, Component.APPENDED));
    }
    requireReadable(
        image,
        below,
        new Descriptor(blob.mediaType(), blob.digest(), blob.size()),
        diffId,
        tarSize,
        sink);
    copyLayers(image, sink);
    ImageConfig config = config(image.config(), diffId);
    Manifest manifest =
        new Manifest(
            sink.write(MediaTypes.OCI_CONFIG, config.toBytes()),
            layers(image.manifest(), blob),
            image.manifest().annotations());
    Optional<Manifest> state = state(image, manifest, sink);
    sink.settle();
    progress.begin("publishing " + sink.reference(), 0);
    Descriptor published = sink.commit(manifest, config.platform(), state.stream().toList());
    return new Result(
        published, manifest.layers().size(), manifest.totalSize(), blob, diffId, state.isPresent());
  }

  private static List<Descriptor> layers(Manifest manifest, Descriptor appended) {
    List<Descriptor> layers = new ArrayList<>();
    for (Descriptor each : manifest.layers()) {
      layers.add(
          new Descriptor(MediaTypes.ociLayer(each.mediaType()), each.digest(), each.size())
              .withAnnotations(each.annotations()));
    }
    layers.add(appended);
    return layers;
  }

  /** Checks that the result can be read again within the limits. */
  private static void requireReadable(
      ImageSource image, Below below, Descriptor layer, Digest diffId, long tarSize, ImageSink sink)
      throws IOException {
    List<Descriptor> all = new ArrayList<>(image.manifest().layers());
    all.add(layer);
    long tars = tarSize + below.tarSizes().stream().mapToLong(Long::longValue).sum();
    below.limits().requireReadable(tars, all);
    LayeredTree.requireReadable(layer, diffId, sink::open, below.scratch(), below.limits());
  }

  private void copyLayers(ImageSource image, ImageSink sink) throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    progress.begin(
        "copying "
            + Quantity.of(layers.size(), "layer")
            + " of "
            + image.reference()
            + " to "
            + sink.reference(),
        layers.stream().mapToLong(Descriptor::size).sum());
    Parallel.map(
        layers.stream().distinct().toList(),
        degree,
        each -> {
          sink.reuse(image, each);
          progress.advance(each.size());
          return each;
        });
  }

  /** Returns a manifest that attaches the original image's state to the new image. */
  private static Optional<Manifest> state(ImageSource image, Manifest manifest, ImageSink sink)
      throws IOException {
    Optional<Manifest> artifact =
        sink.keepsManifest() ? image.referrer(PlanState.ARTIFACT_TYPE) : Optional.empty();
    if (artifact.isEmpty()) {
      return Optional.empty();
    }
    for (Descriptor each : artifact.get().blobs()) {
      sink.reuse(image, each);
    }
    return Optional.of(
        new Manifest(
            artifact.get().mediaType(),
            artifact.get().artifactType(),
            artifact.get().config(),
            artifact.get().layers(),
            Optional.of(manifest.descriptor()),
            artifact.get().annotations()));
  }

  private static ImageConfig config(ImageConfig before, Digest diffId) throws IOException {
    List<Digest> diffIds = new ArrayList<>(before.diffIds());
    List<JsonObject> history = new ArrayList<>(before.history());
    int end = 0; // after the last step with a layer: clients find a layer's step by its position
    int steps = 0;
    for (int i = 0; i < history.size(); i++) {
      if (!history.get(i).flag("empty_layer")) {
        end = i + 1;
        steps++;
      }
    }
    for (; steps < diffIds.size(); steps++) {
      history.add(end++, JsonObject.EMPTY.with("comment", "not told"));
    }
    JsonObject step = JsonObject.EMPTY;
    Optional<String> created = before.json().optionalString("created");
    if (created.isPresent()) {
      step = step.with("created", created.get());
    }
    history.add(end, step.with("created_by", Component.APPENDED).with("comment", "varve append"));
    diffIds.add(diffId);
    return before.withLayers(diffIds, history);
  }
}
