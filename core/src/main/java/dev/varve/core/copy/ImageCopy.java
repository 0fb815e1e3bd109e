package dev.varve.core.copy;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Copies images. Artifacts that have a copied image as their subject are copied too, including
 * Varve's state, and artifacts of these artifacts, unless the destination changes the image's
 * manifest.
 *
 * @param degree the number of blobs copied at once
 * @param preserveDigests whether a destination that changes the manifest is refused
 * @param progress counts the blobs' bytes
 * @param companions copies what belongs to images and artifacts without having them as its subject,
 *     such as signatures under tags; called with their digests before a copy is committed
 */
public record ImageCopy(
    int degree,
    boolean preserveDigests,
    Progress progress,
    IoConsumer<Collection<Digest>> companions) {
  /** Checks the degree. */
  public ImageCopy {
    if (degree < 1) {
      throw new IllegalArgumentException("expected a degree of at least 1, got " + degree);
    }
  }

  /** Creates copies of images with their artifacts, and of nothing else. */
  public ImageCopy(int degree, boolean preserveDigests, Progress progress) {
    this(degree, preserveDigests, progress, digests -> {});
  }

  /**
   * The result of a copy.
   *
   * @param descriptor the image or index at the destination
   * @param blobs the number of blobs of the image or index and its artifacts
   * @param bytes the total size of the blobs
   * @param readBlobs the number of blobs that were read from their source; the others existed at
   *     the destination, or were linked or mounted
   * @param readBytes the total size of the blobs that were read
   */
  public record Result(
      Descriptor descriptor, int blobs, long bytes, int readBlobs, long readBytes) {}

  /**
   * Copies one image and commits it.
   *
   * @throws IllegalArgumentException if digests are to be preserved and can't be; nothing has been
   *     copied in this case
   */
  public Result copy(ImageSource from, ImageSink to) throws IOException {
    return copy(from, to, blob -> false);
  }

  /**
   * Copies one image except some of its blobs, and commits it.
   *
   * @param omitted tells which blobs are left out
   * @throws IllegalArgumentException as above, and if the destination can't store such an image
   */
  public Result copy(ImageSource from, ImageSink to, Predicate<Descriptor> omitted)
      throws IOException {
    requirePreserved(from, to);
    List<Manifest> artifacts =
        to.keepsManifest()
            ? referrers(from, List.of(from.descriptor()), Set.of(from.manifest()))
            : List.of();
    from.manifest().blobs().stream().filter(omitted).forEach(to::omit);
    List<CountedBlob> blobs =
        blobs(List.of(new Part(from, List.of(from.manifest()), artifacts)), omitted, to);
    return result(to.commit(from.manifest(), from.config().platform(), artifacts), blobs);
  }

  /**
   * Copies the index that the source's reference points to, with all images in the index and in
   * nested indexes, and commits it. If the reference points to an image, copies the image.
   *
   * @throws IllegalArgumentException as {@link #copy} does, and if the destination can't store an
   *     index
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
              + ": expected a destination that can store several images, got one that"
              + " stores a single image",
          Remedy.ONE_IMAGE);
    }
    IndexTree tree = IndexTree.read(from, copying(from, to));
    List<Manifest> images = Parallel.map(tree.images(), degree, from::manifest);
    List<Manifest> artifacts = referrers(from, tree.subjects(), new LinkedHashSet<>(images));
    List<CountedBlob> blobs = blobs(List.of(new Part(from, images, artifacts)), blob -> false, to);
    for (Manifest image : images) {
      sink.add(image);
    }
    for (ImageIndex nested : tree.nested()) {
      sink.add(nested);
    }
    return result(sink.commit(tree.root(), artifacts), blobs);
  }

  /**
   * Copies images and commits a new index of them, in their order. If a source's reference points
   * to an index, all images in the index and in nested indexes are copied. The new index lists each
   * image for the platform in the image's config.
   *
   * @param from at least one
   * @param annotations the annotations of the new index, in their order
   * @throws IllegalArgumentException if two images are for the same platform; nothing has been
   *     copied in this case
   * @throws IOException also if an index lists something other than images, or an image's config
   *     has no platform
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
    List<CountedBlob> blobs = blobs(parts, blob -> false, to);
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

  /** Returns the images in a source's index; without an index, the source's image. */
  private static List<Descriptor> listed(ImageSource from, ImageSink to) throws IOException {
    return from.index().isEmpty()
        ? List.of(from.manifest().descriptor())
        : IndexTree.read(from, copying(from, to)).images();
  }

  /** The images and artifacts that are copied from one source. */
  private record Part(ImageSource from, List<Manifest> images, List<Manifest> artifacts) {}

  private void requirePreserved(ImageSource from, ImageSink to) {
    if (preserveDigests && !to.keepsManifest()) {
      throw new RemediableArgumentException(
          copying(from, to)
              + ": expected a destination that keeps the manifest, got one with its own format",
          Remedy.OTHER_DIGEST);
    }
  }

  /**
   * Returns the artifacts that refer to the subjects, and those that refer to these artifacts,
   * without the images themselves. An artifact comes after its subject.
   */
  private List<Manifest> referrers(
      ImageSource from, List<Descriptor> subjects, Set<Manifest> images) throws IOException {
    Set<Manifest> artifacts = new LinkedHashSet<>();
    List<Descriptor> open = subjects;
    while (!open.isEmpty()) {
      Set<Manifest> found = new LinkedHashSet<>();
      Parallel.map(open, degree, subject -> from.referrers(subject, type -> true))
          .forEach(found::addAll);
      found.removeAll(images);
      found.removeAll(artifacts);
      artifacts.addAll(found);
      open = found.stream().map(Manifest::descriptor).toList();
    }
    return List.copyOf(artifacts);
  }

  private List<CountedBlob> blobs(List<Part> parts, Predicate<Descriptor> omitted, ImageSink to)
      throws IOException {
    List<CountedBlob> copied = copiedBlobs(parts, omitted, to);
    if (to.keepsManifest()) {
      Set<Digest> digests = new LinkedHashSet<>();
      for (Part part : parts) {
        part.from().index().map(Descriptor::digest).ifPresent(digests::add);
        Stream.concat(part.images().stream(), part.artifacts().stream())
            .forEach(manifest -> digests.add(manifest.descriptor().digest()));
      }
      companions.accept(digests);
    }
    return copied;
  }

  private List<CountedBlob> copiedBlobs(
      List<Part> parts, Predicate<Descriptor> omitted, ImageSink to) throws IOException {
    Map<Digest, CountedBlob> distinct = new LinkedHashMap<>();
    for (Part part : parts) {
      Stream.concat(part.images().stream(), part.artifacts().stream())
          .flatMap(manifest -> manifest.blobs().stream())
          .filter(omitted.negate())
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
            + Quantity.of(distinct.size(), "blob")
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
