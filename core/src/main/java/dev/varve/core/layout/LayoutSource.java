package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An image of an OCI layout, in a directory or an archive. */
record LayoutSource(
    Blobs blobs, ImageIndex index, Descriptor descriptor, Manifest manifest, ImageConfig config)
    implements ImageSource {

  static LayoutSource open(LayoutFiles files, String tag, PlatformChoice choice, String reference)
      throws IOException {
    ImageIndex index = OciLayout.readIndex(files, reference);
    Blobs blobs = new Blobs(files, reference);
    Descriptor chosen = new ImageChooser(blobs, choice).choose(index, tag);
    Manifest manifest = blobs.manifest(chosen);
    return new LayoutSource(
        blobs,
        index,
        new Descriptor(chosen.mediaType(), chosen.digest(), chosen.size()),
        manifest,
        blobs.config(manifest.config()));
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
  public Optional<Manifest> referrer(String artifactType) throws IOException {
    List<Descriptor> manifests = index.manifests();
    for (int i = manifests.size() - 1; i >= 0; i--) {
      if (mayBe(manifests.get(i), artifactType)) {
        Manifest candidate = blobs.manifest(manifests.get(i));
        if (OciLayout.artifactType(candidate).equals(artifactType) && isSubjectOf(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  private boolean mayBe(Descriptor each, String artifactType) throws IOException {
    if (!MediaTypes.isManifest(each.mediaType())) {
      return false;
    }
    // A layout may be sparse: what does not say that it is the artifact need not be there.
    return each.artifactType().isPresent()
        ? each.artifactType().get().equals(artifactType)
        : blobs.has(each);
  }

  private boolean isSubjectOf(Manifest artifact) {
    return artifact.subject().filter(it -> it.digest().equals(descriptor.digest())).isPresent();
  }

  @Override
  public void close() {
    // Every stream has a channel of its own.
  }
}
