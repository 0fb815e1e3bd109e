package dev.varve.core.copy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.parallel.Parallel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How images are copied. Artifacts that have a copied image as their subject come along, Varve's
 * state among them, unless the destination changes the image's manifest.
 *
 * @param degree how many blobs are copied at once
 * @param preserveDigests whether a destination that changes the manifest is refused
 * @param progress is told of the blobs' bytes
 */
public record ImageCopy(int degree, boolean preserveDigests, Progress progress) {
  /** Checks the degree. */
  public ImageCopy {
    if (degree < 1) {
      throw new IllegalArgumentException("expected a degree of at least 1, got " + degree);
    }
  }

  /**
   * What was copied.
   *
   * @param descriptor the image or index, as it is at the destination
   * @param blobs how many blobs it and its artifacts have
   * @param bytes their length
   * @param readBlobs how many of these were read from the source; the others were at the
   *     destination, or came there without being read
   * @param readBytes the length of the ones that were read
   */
  public record Result(
      Descriptor descriptor, int blobs, long bytes, int readBlobs, long readBytes) {}

  /**
   * Copies one image and commits it.
   *
   * @throws IllegalArgumentException if digests are to be preserved, and can't be; nothing has been
   *     copied then
   */
  public Result copy(ImageSource from, ImageSink to) throws IOException {
    requirePreserved(from, to);
    List<Manifest> artifacts =
        to.keepsManifest()
            ? referrers(from, List.of(from.descriptor()), Set.of(from.manifest()))
            : List.of();
    List<CountedBlob> blobs = blobs(from, to, List.of(from.manifest()), artifacts);
    return result(to.commit(from.manifest(), from.config().platform(), artifacts), blobs);
  }

  /**
   * Copies the whole index that the source's reference led to, with all its images, and commits it;
   * where there is none, the image.
   *
   * @throws IllegalArgumentException as {@link #copy} does, and if the destination takes no index
   * @throws IOException also if the index lists something other than images
   */
  public Result copyAll(ImageSource from, ImageSink to) throws IOException {
    if (from.index().isEmpty()) {
      return copy(from, to);
    }
    requirePreserved(from, to);
    if (!(to instanceof IndexSink sink)) {
      throw new IllegalArgumentException(
          copying(from, to)
              + ": expected a destination that takes several images as one, this one takes a"
              + " single image; without --all, one image is copied");
    }
    ImageIndex index = from.index(from.index().get());
    for (Descriptor child : index.manifests()) {
      requireManifest(child, copying(from, to));
    }
    List<Manifest> images = Parallel.map(index.manifests(), degree, from::manifest);
    List<Descriptor> subjects =
        Stream.concat(from.index().stream(), index.manifests().stream()).toList();
    List<Manifest> artifacts = referrers(from, subjects, new LinkedHashSet<>(images));
    List<CountedBlob> blobs = blobs(from, to, images, artifacts);
    for (Manifest image : images) {
      sink.add(image);
    }
    return result(sink.commit(index, artifacts), blobs);
  }

  private void requirePreserved(ImageSource from, ImageSink to) {
    if (preserveDigests && !to.keepsManifest()) {
      throw new IllegalArgumentException(
          copying(from, to)
              + ": expected a destination that keeps the manifest, this one has a format of its"
              + " own; without --preserve-digests, the image gets another digest there");
    }
  }

  private static void requireManifest(Descriptor child, String copying) throws IOException {
    if (!MediaTypes.isManifest(child.mediaType())) {
      throw new IOException(
          copying
              + ": expected an index of images alone, got "
              + (MediaTypes.isIndex(child.mediaType()) ? "the index " : child.mediaType() + " ")
              + child.digest()
              + " in it");
    }
  }

  /** What belongs to the subjects and is not among the images themselves. */
  private List<Manifest> referrers(
      ImageSource from, List<Descriptor> subjects, Set<Manifest> images) throws IOException {
    Set<Manifest> artifacts = new LinkedHashSet<>();
    Parallel.map(subjects, degree, subject -> from.referrers(subject, type -> true))
        .forEach(artifacts::addAll);
    artifacts.removeAll(images);
    return List.copyOf(artifacts);
  }

  private List<CountedBlob> blobs(
      ImageSource from, ImageSink to, List<Manifest> images, List<Manifest> artifacts)
      throws IOException {
    Map<Digest, Descriptor> distinct = new LinkedHashMap<>();
    Stream.concat(images.stream(), artifacts.stream())
        .flatMap(manifest -> manifest.blobs().stream())
        .forEach(blob -> distinct.putIfAbsent(blob.digest(), blob));
    List<Descriptor> largestFirst = new ArrayList<>(distinct.values());
    largestFirst.sort(Comparator.comparingLong(Descriptor::size).reversed());
    progress.begin(
        "copying "
            + distinct.size()
            + (distinct.size() == 1 ? " blob" : " blobs")
            + " from "
            + from.reference()
            + " to "
            + to.reference(),
        largestFirst.stream().mapToLong(Descriptor::size).sum());
    List<CountedBlob> copied =
        Parallel.map(
            largestFirst,
            degree,
            blob -> {
              CountedBlob counted = new CountedBlob(from, blob, progress);
              to.reuse(counted, blob);
              counted.done();
              return counted;
            });
    progress.begin("publishing " + to.reference(), 0);
    return copied;
  }

  private static Result result(Descriptor descriptor, List<CountedBlob> blobs) {
    List<CountedBlob> read = blobs.stream().filter(CountedBlob::wasRead).toList();
    return new Result(descriptor, blobs.size(), bytes(blobs), read.size(), bytes(read));
  }

  private static long bytes(List<CountedBlob> blobs) {
    return blobs.stream().mapToLong(each -> each.blob().size()).sum();
  }

  private static String copying(ImageSource from, ImageSink to) {
    return "copying " + from.reference() + " to " + to.reference();
  }
}
