package dev.varve.core.layout;

import dev.varve.core.bytes.WriteFailure;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Writes an image or an index to a layout in a directory or an archive. */
final class LayoutSink implements IndexSink {
  private final String reference;
  private final List<String> tags;
  private final StagedBlobs blobs;
  private final Publication publication;
  private final Set<Digest> added = ConcurrentHashMap.newKeySet();
  private final Set<Descriptor> named = ConcurrentHashMap.newKeySet();
  private final Set<Digest> omitted = ConcurrentHashMap.newKeySet();

  private LayoutSink(
      String reference, List<String> tags, StagedBlobs blobs, Publication publication) {
    this.reference = reference;
    this.tags = tags;
    this.blobs = blobs;
    this.publication = publication;
  }

  static IndexSink create(
      List<String> tags, String reference, StagedBlobs blobs, Publication publication) {
    return new LayoutSink(reference, tags, blobs, publication);
  }

  @Override
  public String reference() {
    return reference;
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    return blobs.begin();
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    if (!has(blob)) {
      blobs.takeOver(from, blob);
    }
  }

  @Override
  public void omit(Descriptor blob) {
    omitted.add(blob.digest());
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    blobs.requireOpen();
    return blobs.has(blob) ? blobs.source().open(blob) : publication.open(blob);
  }

  private boolean has(Descriptor blob) throws IOException {
    return blobs.has(blob) || publication.has(blob);
  }

  @Override
  public Descriptor add(Manifest manifest) throws IOException {
    for (Descriptor blob : manifest.blobs()) {
      if (!omitted.contains(blob.digest()) && !has(blob)) {
        throw new IllegalArgumentException(
            "blob " + blob.digest() + " was neither written to " + reference + " nor reused");
      }
    }
    manifest.blobs().stream().filter(blob -> !omitted.contains(blob.digest())).forEach(named::add);
    Descriptor descriptor = manifest.descriptor();
    blobs.add(descriptor, manifest.toBytes());
    added.add(descriptor.digest());
    return descriptor;
  }

  @Override
  public Descriptor add(ImageIndex index) throws IOException {
    for (Descriptor child : index.manifests()) {
      if (!added.contains(child.digest())) {
        throw new IllegalArgumentException(
            "manifest " + child.digest() + " was not added to " + reference);
      }
    }
    Descriptor descriptor = index.descriptor();
    blobs.add(descriptor, index.toBytes());
    added.add(descriptor.digest());
    return descriptor;
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException {
    return blobs.end(
        () -> {
          Descriptor image = add(manifest);
          publish(image.withPlatform(platform), Set.of(image.digest()), artifacts);
          return image;
        });
  }

  @Override
  public Descriptor commit(ImageIndex index, List<Manifest> artifacts) throws IOException {
    return blobs.end(
        () -> {
          Descriptor image = add(index);
          publish(image, Set.copyOf(added), artifacts);
          return image;
        });
  }

  @Override
  public Descriptor attach(Manifest artifact) throws IOException {
    return blobs.end(
        () -> {
          Descriptor entry = entry(artifact);
          publish(List.of(), List.of(entry));
          return artifact.descriptor();
        });
  }

  private void publish(Descriptor image, Set<Digest> subjects, List<Manifest> artifacts)
      throws IOException {
    List<Descriptor> entries = new ArrayList<>();
    Set<Digest> known = new HashSet<>(subjects);
    for (Manifest artifact : artifacts) {
      requireSubject(artifact, known);
      Descriptor entry = entry(artifact);
      entries.add(entry);
      known.add(entry.digest()); // an artifact may belong to an artifact
    }
    publish(tags.stream().map(tag -> OciLayout.withTag(image, tag)).toList(), entries);
  }

  private Descriptor entry(Manifest artifact) throws IOException {
    return add(artifact).withArtifactType(artifact.effectiveArtifactType());
  }

  private void publish(List<Descriptor> images, List<Descriptor> entries) throws IOException {
    try {
      publication.publish(blobs, images, entries, named);
    } catch (IOException e) {
      throw WriteFailure.explain("writing " + reference, publication.place(), e);
    }
  }

  private static void requireSubject(Manifest artifact, Set<Digest> subjects) {
    if (artifact.subject().map(Descriptor::digest).filter(subjects::contains).isEmpty()) {
      throw new IllegalArgumentException(
          "expected an artifact whose subject is "
              + String.join(" or ", subjects.stream().map(Digest::toString).sorted().toList()));
    }
  }

  @Override
  public void close() throws IOException {
    blobs.close();
  }
}
