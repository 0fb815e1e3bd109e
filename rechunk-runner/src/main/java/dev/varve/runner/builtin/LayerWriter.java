package dev.varve.runner.builtin;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerTar;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink.BlobWriter;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.plan.LayerPlan;
import dev.varve.core.plan.LayerPlan.PlannedLayer;
import dev.varve.core.state.PublishedImage;
import dev.varve.runner.RechunkRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes a plan's layers, the largest first and as many at a time as the machine has cores. The tar
 * of every layer is generated and hashed, even if the plan expects no change. A layer that the
 * previous image has is reused as published, and never compressed again.
 *
 * @param plan the layers
 * @param tree the files in the layers
 * @param compression the compression of new layers
 * @param request the request, with the sink and the previous image
 */
record LayerWriter(LayerPlan plan, FileTree tree, Compression compression, RechunkRequest request) {
  /** Writes all layers; those of the previous image are reused. */
  List<WrittenLayer> write(Optional<PublishedImage> previous) throws IOException {
    Map<Digest, Descriptor> published = previous.map(PublishedImage::byDiffId).orElse(Map.of());
    WrittenLayer[] layers = new WrittenLayer[plan.layers().size()];
    List<Integer> all = IntStream.range(0, layers.length).boxed().toList();
    return write(all, published, layers);
  }

  /** Writes the layers again whose blobs the sink has lost; the other layers are unchanged. */
  List<WrittenLayer> rewrite(List<WrittenLayer> layers, Set<Digest> lost) throws IOException {
    List<Integer> missing =
        IntStream.range(0, layers.size())
            .filter(i -> lost.contains(layers.get(i).blob().digest()))
            .boxed()
            .toList();
    return write(missing, Map.of(), layers.toArray(WrittenLayer[]::new));
  }

  /** Writes the layers with these indexes, the largest first, to their places among the others. */
  private List<WrittenLayer> write(
      List<Integer> indexes, Map<Digest, Descriptor> published, WrittenLayer[] layers)
      throws IOException {
    request
        .progress()
        .begin(
            "writing " + Quantity.of(indexes.size(), "layer") + " to " + request.sink().reference(),
            indexes.stream().mapToLong(i -> plan.layers().get(i).size()).sum());
    List<Integer> largestFirst =
        indexes.stream()
            .sorted(Comparator.comparing((Integer i) -> -plan.layers().get(i).size()))
            .toList();
    List<WrittenLayer> written =
        Parallel.map(largestFirst, i -> write(plan.layers().get(i), published));
    for (int i = 0; i < written.size(); i++) {
      layers[largestFirst.get(i)] = written.get(i);
    }
    return List.of(layers);
  }

  private WrittenLayer write(PlannedLayer layer, Map<Digest, Descriptor> published)
      throws IOException {
    List<FileTree.Entry> entries =
        layer.components().stream().flatMap(component -> component.entries().stream()).toList();
    if (layer.expectedDiffId().isPresent()) {
      HashedTar hashed = new HashedTar(OutputStream.nullOutputStream(), request.progress());
      LayerTar.write(tree, entries, hashed);
      Digest diffId = hashed.diffId();
      Descriptor same = published.get(diffId);
      if (same != null) {
        return reuse(layer, same, diffId, hashed.size());
      }
      // A directory above the files has changed, so the layer is new.
    }
    try (BlobWriter blob = request.sink().newBlob()) {
      HashedTar tar;
      try (OutputStream compressed = compression.compress(blob)) {
        // The bytes hashed above have been reported already.
        tar =
            new HashedTar(
                compressed,
                layer.expectedDiffId().isPresent() ? Progress.SILENT : request.progress());
        LayerTar.write(tree, entries, tar);
      }
      Digest diffId = tar.diffId();
      Descriptor same = published.get(diffId);
      if (same != null) {
        return reuse(layer, same, diffId, tar.size());
      }
      Descriptor written = blob.finish(MediaTypes.OCI_LAYER + compression.mediaTypeSuffix());
      return written(layer, written, diffId, tar.size(), false);
    }
  }

  private WrittenLayer reuse(PlannedLayer layer, Descriptor blob, Digest diffId, long size)
      throws IOException {
    ImageSource previous = request.previous().orElseThrow();
    request.sink().reuse(previous, blob);
    Descriptor listed =
        new Descriptor(MediaTypes.ociLayer(blob.mediaType()), blob.digest(), blob.size());
    return written(layer, listed, diffId, size, true);
  }

  private static WrittenLayer written(
      PlannedLayer layer, Descriptor blob, Digest diffId, long size, boolean reused) {
    Map<String, String> annotations =
        Map.of(PublishedImage.COMPONENTS_ANNOTATION, String.join(" ", layer.names()));
    return new WrittenLayer(blob.withAnnotations(annotations), diffId, size, layer.names(), reused);
  }
}
