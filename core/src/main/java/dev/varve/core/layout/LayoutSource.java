package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * An image of an OCI layout, in a directory or an archive.
 *
 * @param layoutIndex the layout's index
 * @param index the index that the tag points to, if any
 */
record LayoutSource(
    Blobs blobs,
    ImageIndex layoutIndex,
    Optional<Descriptor> index,
    Descriptor descriptor,
    Manifest manifest,
    ImageConfig config)
    implements ImageSource {

  static LayoutSource open(LayoutFiles files, String tag, PlatformChoice choice, String reference)
      throws IOException {
    ImageIndex index = OciLayout.readIndex(files, reference);
    Blobs blobs = new Blobs(files, reference);
    List<Descriptor> roots = new ImageChooser(blobs).choose(index, tag);
    Descriptor chosen = choice.choose(roots, blobs);
    Manifest manifest = blobs.manifest(chosen);
    return new LayoutSource(
        blobs, index, index(roots), bare(chosen), manifest, blobs.config(manifest));
  }

  /** Opens the only artifact of a type, as an image with an empty config. */
  static LayoutSource openArtifact(LayoutFiles files, String type, String reference)
      throws IOException {
    ImageIndex index = OciLayout.readIndex(files, reference);
    Blobs blobs = new Blobs(files, reference);
    Descriptor chosen = new ImageChooser(blobs).artifact(index, type);
    Manifest manifest = blobs.manifest(chosen);
    return new LayoutSource(
        blobs, index, Optional.empty(), bare(chosen), manifest, blobs.config(manifest));
  }

  static Optional<ImageSource> find(LayoutFiles files, Digest digest, String reference)
      throws IOException {
    OptionalLong size = files.size(Blobs.name(digest));
    if (size.isEmpty()) {
      return Optional.empty();
    }
    Blobs blobs = new Blobs(files, reference);
    Manifest manifest =
        blobs.manifest(new Descriptor(MediaTypes.OCI_MANIFEST, digest, size.getAsLong()));
    return Optional.of(
        new LayoutSource(
            blobs,
            OciLayout.readIndex(files, reference),
            Optional.empty(),
            manifest.descriptor(),
            manifest,
            blobs.config(manifest)));
  }

  /** Returns the index that all entries point to, if any. */
  private static Optional<Descriptor> index(List<Descriptor> roots) {
    Descriptor first = bare(roots.get(0));
    return MediaTypes.isIndex(first.mediaType())
            && roots.stream().allMatch(root -> bare(root).equals(first))
        ? Optional.of(first)
        : Optional.empty();
  }

  private static Descriptor bare(Descriptor entry) {
    return new Descriptor(entry.mediaType(), entry.digest(), entry.size());
  }

  @Override
  public String reference() {
    return blobs.reference();
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    return blobs.open(blob);
  }

  @Override
  public Optional<Path> file(Descriptor blob) {
    return blobs.file(blob);
  }

  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType)
      throws IOException {
    List<Manifest> found = new ArrayList<>();
    for (Descriptor each : layoutIndex.manifests()) {
      if (mayBe(each, artifactType)) {
        Manifest candidate = blobs.manifest(each);
        if (artifactType.test(candidate.effectiveArtifactType()) && isSubject(subject, candidate)) {
          found.add(candidate);
        }
      }
    }
    return found;
  }

  private boolean mayBe(Descriptor each, Predicate<String> artifactType) throws IOException {
    if (!MediaTypes.isManifest(each.mediaType())) {
      return false;
    }
    // A layout may be sparse: manifests without a matching type may be missing.
    return each.artifactType().isPresent()
        ? artifactType.test(each.artifactType().get())
        : blobs.has(each);
  }

  private static boolean isSubject(Descriptor subject, Manifest artifact) {
    return artifact.subject().filter(it -> it.digest().equals(subject.digest())).isPresent();
  }

  @Override
  public void close() {
    blobs.close();
  }
}
