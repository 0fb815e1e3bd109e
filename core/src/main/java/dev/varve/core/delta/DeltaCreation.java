package dev.varve.core.delta;

import dev.varve.core.bytes.CountedOutput;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.compress.Compression;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.delta.SourceIndex.OldFile;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.tardiff.TarDiffVersion;
import dev.varve.core.tardiff.TarDiffWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes a delta from one image to another. The same images give the same delta.
 *
 * @param from the old image, which clients have
 * @param to the new image
 * @param signature the new image's signature in cosign's format, if it has one: an image whose
 *     layers are the payloads. The delta contains the signature for clients without access to the
 *     place where the new image was published.
 * @param version the version of the tar-diffs
 * @param scratch a directory for unpacked layers; the caller owns it, and deletes it afterwards
 * @param limits the limits for reading layers
 * @param progress receives what is being done
 */
public record DeltaCreation(
    ImageSource from,
    ImageSource to,
    Optional<ImageSource> signature,
    TarDiffVersion version,
    Path scratch,
    LayerLimits limits,
    Progress progress) {

  /**
   * The zstd level of tar-diffs. Level 16 makes 2 to 4% fewer bytes. It takes three times the time
   * where a layer has new compressed files, such as a kernel's modules.
   */
  static final int LEVEL = 12;

  /** The largest zstd window of a tar-diff: writers and readers have to keep it in memory. */
  private static final int MAX_WINDOW_LOG = 24;

  private static final int MIN_WINDOW_LOG = 17;

  /** The number of files by which a directory is recognized. */
  private static final int SAMPLES = 16;

  /** A layer to rebuild. */
  private record NewLayer(Descriptor blob, Digest diffId) {}

  /**
   * Writes the delta's blobs to a place.
   *
   * @param sink not committed; the caller commits the manifest of the returned delta
   */
  public Delta write(ImageSink sink) throws IOException {
    Map<Digest, Digest> kept = kept();
    List<NewLayer> missing = missing(kept);
    List<Compression> compressions = compressions();
    try (LayeredTree old =
        SourceLayers.read(from, Set.copyOf(kept.values()), scratch, limits, progress)) {
      SourceIndex sources = new SourceIndex(old.tree());
      Set<OldFile> patched = Collections.synchronizedSet(new HashSet<>());
      Comparison large = new Comparison();
      progress.begin(
          "comparing " + Quantity.of(missing.size(), "layer") + " with " + from.reference(),
          missing.stream().mapToLong(layer -> layer.blob().size()).sum());
      Map<Digest, LayerDelta> deltas = new HashMap<>();
      Parallel.map(
              largestFirst(missing),
              layer -> layer(layer, sources, patched, compressions, large, sink))
          .forEach(delta -> deltas.put(delta.to(), delta));
      tellUnknownCompressions(deltas.values());
      sink.write(MediaTypes.OCI_EMPTY, "{}".getBytes(StandardCharsets.US_ASCII));
      return new Delta(
          from.descriptor().digest(),
          from.manifest().config().digest(),
          to.descriptor().digest(),
          sink.write(to.manifest().mediaType(), to.manifest().toBytes()),
          config(sink),
          missing.stream().map(layer -> deltas.get(layer.blob().digest())).toList(),
          kept,
          writeSignature(sink),
          samples(patched));
    }
  }

  /**
   * Returns the digests and diffIDs of the new image's layers that the old one has by digest. A
   * layer that it has as a tar alone, compressed otherwise, is rebuilt like a changed one.
   */
  private Map<Digest, Digest> kept() throws IOException {
    Set<Digest> had = new HashSet<>();
    from.manifest().layers().forEach(layer -> had.add(layer.digest()));
    Map<Digest, Digest> kept = new LinkedHashMap<>();
    for (NewLayer layer : layers()) {
      if (had.contains(layer.blob().digest())) {
        kept.put(layer.blob().digest(), layer.diffId());
      }
    }
    return kept;
  }

  private List<NewLayer> missing(Map<Digest, Digest> kept) throws IOException {
    Map<Digest, NewLayer> missing = new LinkedHashMap<>();
    for (NewLayer layer : layers()) {
      if (!kept.containsKey(layer.blob().digest())) {
        missing.putIfAbsent(layer.blob().digest(), layer);
      }
    }
    return List.copyOf(missing.values());
  }

  private List<NewLayer> layers() throws IOException {
    List<Descriptor> blobs = to.manifest().layers();
    List<Digest> diffIds = to.config().diffIds();
    if (blobs.size() != diffIds.size()) {
      throw new IOException(
          "reading "
              + to.reference()
              + ": expected one diffID for each layer, got "
              + Quantity.of(blobs.size(), "layer")
              + " and "
              + Quantity.of(diffIds.size(), "diffID"));
    }
    List<NewLayer> layers = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      layers.add(new NewLayer(blobs.get(i), diffIds.get(i)));
    }
    return layers;
  }

  private static List<NewLayer> largestFirst(List<NewLayer> layers) {
    List<NewLayer> sorted = new ArrayList<>(layers);
    sorted.sort(Comparator.comparingLong((NewLayer layer) -> layer.blob().size()).reversed());
    return sorted;
  }

  /** Returns the compressions that the new image's layers may have, the likeliest first. */
  private List<Compression> compressions() throws IOException {
    List<String> names = new ArrayList<>();
    for (ImageSource image : List.of(to, from)) {
      PublishedImage.attachedState(image).ifPresent(state -> names.add(state.compression()));
    }
    names.addAll(List.of("zstd", "gzip", "none"));
    return names.stream().map(Compression::parse).distinct().toList();
  }

  private LayerDelta layer(
      NewLayer layer,
      SourceIndex sources,
      Set<OldFile> patched,
      List<Compression> compressions,
      Comparison large,
      ImageSink sink)
      throws IOException {
    Path file = scratch.resolve(layer.blob().digest().hex() + ".tar");
    try (UnpackedTar tar = UnpackedTar.of(to, layer.blob(), layer.diffId(), file, limits);
        ImageSink.BlobWriter blob = sink.newBlob();
        CountedOutput counted = new CountedOutput(blob)) {
      try (TarDiffWriter diff = new TarDiffWriter(counted, version, LEVEL, windowLog(tar.size()))) {
        LayerDiff.write(tar, sources, diff, patched, scratch, large);
      }
      Optional<Compression> compression = tar.compression(compressions);
      progress.advance(layer.blob().size());
      if (counted.count() < layer.blob().size()) {
        return new LayerDelta(blob.finish(Delta.TAR_DIFF), layer.blob().digest(), compression);
      }
    }
    sink.reuse(to, layer.blob());
    return new LayerDelta(whole(layer.blob()), layer.blob().digest(), Optional.empty());
  }

  /** Tells how many layers of the new image will be downloaded by clients that need their bytes. */
  private void tellUnknownCompressions(Collection<LayerDelta> deltas) {
    long unknown =
        deltas.stream().filter(it -> it.isTarDiff() && it.compression().isEmpty()).count();
    if (unknown > 0) {
      progress.notice(
          Quantity.of(unknown, "layer", "was", "were")
              + " compressed by another program, or another version of Varve: a delta to "
              + to.reference()
              + " gives the tars of such layers, and not their published bytes");
    }
  }

  /** Returns a layer as it was published. Readers of deltas don't know Docker's media types. */
  private static Descriptor whole(Descriptor layer) {
    return new Descriptor(MediaTypes.ociLayer(layer.mediaType()), layer.digest(), layer.size());
  }

  /** Returns the size of the zstd window: the tar's, up to the largest. */
  private static int windowLog(long tarSize) {
    int log = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, tarSize - 1));
    return Math.max(MIN_WINDOW_LOG, Math.min(log, MAX_WINDOW_LOG));
  }

  private Descriptor config(ImageSink sink) throws IOException {
    Descriptor config = to.manifest().config();
    sink.reuse(to, config);
    return new Descriptor(config.mediaType(), config.digest(), config.size());
  }

  /** Writes the signature's manifest, config and payloads. */
  private List<Descriptor> writeSignature(ImageSink sink) throws IOException {
    if (signature.isEmpty()) {
      return List.of();
    }
    Manifest manifest = signature.get().manifest();
    Set<Descriptor> blobs = new LinkedHashSet<>();
    blobs.add(sink.write(manifest.mediaType(), manifest.toBytes()));
    for (Descriptor blob : manifest.blobs()) {
      sink.reuse(signature.get(), blob);
      blobs.add(new Descriptor(blob.mediaType(), blob.digest(), blob.size()));
    }
    return List.copyOf(blobs);
  }

  /** Returns the smallest of the files that changed, whose contents few other images have. */
  private static Map<String, Digest> samples(Set<OldFile> patched) {
    Map<String, Digest> samples = new TreeMap<>();
    patched.stream()
        .sorted(
            Comparator.comparingLong((OldFile file) -> file.content().size())
                .thenComparing(OldFile::path))
        .limit(SAMPLES)
        .forEach(file -> samples.put(file.path(), file.content().digest()));
    return samples;
  }
}
