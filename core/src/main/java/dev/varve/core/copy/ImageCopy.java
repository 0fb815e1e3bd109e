package dev.varve.core.copy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.RemediableArgumentException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
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
   * @param readBlobs how many of these were read from their source; the others were at the
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
    List<CountedBlob> blobs =
        blobs(List.of(new Part(from, List.of(from.manifest()), artifacts)), to);
    return result(to.commit(from.manifest(), from.config().platform(), artifacts), blobs);
  }

  /**
   * Copies the whole index that the source's reference led to, with all its images, those of the
   * indexes in it too, and commits it; where there is none, the image.
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
      throw new RemediableArgumentException(
          copying(from, to)
              + ": expected a destination that takes several images as one, this one takes a"
              + " single image",
          Remedy.ONE_IMAGE);
    }
    IndexTree tree = IndexTree.read(from, copying(from, to));
    List<Manifest> images = Parallel.map(tree.images(), degree, from::manifest);
    List<Manifest> artifacts = referrers(from, tree.subjects(), new LinkedHashSet<>(images));
    List<CountedBlob> blobs = blobs(List.of(new Part(from, images, artifacts)), to);
    for (Manifest image : images) {
      sink.add(image);
    }
    for (ImageIndex nested : tree.nested()) {
      sink.add(nested);
    }
    return result(sink.commit(tree.root(), artifacts), blobs);
  }

  /**
   * Copies images and commits a new index of them, in their order. Where a source's reference led
   * to an index, all images of that are taken, those of the indexes in it too. Each is listed for
   * the platform that its config names.
   *
   * @param from at least one
   * @param annotations the index's, in their order
   * @throws IllegalArgumentException if two images are for the same platform; nothing has been
   *     copied then
   * @throws IOException also if an index lists something other than images, or an image doesn't say
   *     what it is for
   */
  public Result combine(List<ImageSource> from, Map<String, String> annotations, IndexSink to)
      throws IOException {
    IndexEntries entries = new IndexEntries("creating the index " + to.reference());
    List<Part> parts = new ArrayList<>();
    for (ImageSource source : from) {
      List<Descriptor> listed = listed(source, to);
      List<Manifest> images =
          source.index().isEmpty()
              ? List.of(source.manifest())
              : Parallel.map(listed, degree, source::manifest);
      for (int i = 0; i < images.size(); i++) {
        entries.add(source, listed.get(i), images.get(i));
      }
      parts.add(new Part(source, images, referrers(source, listed, new LinkedHashSet<>(images))));
    }
    List<CountedBlob> blobs = blobs(parts, to);
    Set<Manifest> artifacts = new LinkedHashSet<>();
    for (Part part : parts) {
      for (Manifest image : part.images()) {
        to.add(image);
      }
      artifacts.addAll(part.artifacts());
    }
    ImageIndex index = ImageIndex.EMPTY.withManifests(entries.list()).withAnnotations(annotations);
    return result(to.commit(index, List.copyOf(artifacts)), blobs);
  }

  /** The images that a source's index leads to; where there is none, the image. */
  private static List<Descriptor> listed(ImageSource from, ImageSink to) throws IOException {
    return from.index().isEmpty()
        ? List.of(from.manifest().descriptor())
        : IndexTree.read(from, copying(from, to)).images();
  }

  /** What is copied from one source. */
  private record Part(ImageSource from, List<Manifest> images, List<Manifest> artifacts) {}

  private void requirePreserved(ImageSource from, ImageSink to) {
    if (preserveDigests && !to.keepsManifest()) {
      throw new RemediableArgumentException(
          copying(from, to)
              + ": expected a destination that keeps the manifest, this one has a format of its"
              + " own",
          Remedy.OTHER_DIGEST);
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

  private List<CountedBlob> blobs(List<Part> parts, ImageSink to) throws IOException {
    Map<Digest, CountedBlob> distinct = new LinkedHashMap<>();
    for (Part part : parts) {
      Stream.concat(part.images().stream(), part.artifacts().stream())
          .flatMap(manifest -> manifest.blobs().stream())
          .forEach(
              blob ->
                  distinct.computeIfAbsent(
                      blob.digest(), digest -> new CountedBlob(part.from(), blob, progress)));
    }
    List<CountedBlob> largestFirst = new ArrayList<>(distinct.values());
    largestFirst.sort(
        Comparator.comparingLong((CountedBlob each) -> each.blob().size()).reversed());
    progress.begin(
        "copying "
            + distinct.size()
            + (distinct.size() == 1 ? " blob" : " blobs")
            + " from "
            + (parts.size() == 1 ? parts.get(0).from().reference() : parts.size() + " sources")
            + " to "
            + to.reference(),
        bytes(largestFirst));
    Parallel.map(
        largestFirst,
        degree,
        counted -> {
          to.reuse(counted, counted.blob());
          counted.done();
          return counted;
        });
    to.settle();
    progress.begin("publishing " + to.reference(), 0);
    return largestFirst;
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
