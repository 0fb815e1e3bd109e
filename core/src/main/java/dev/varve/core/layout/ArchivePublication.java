package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.MissingBlobException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Publishes the staged layout as a tar archive. */
record ArchivePublication(Path place, String reference) implements Publication {
  static IndexSink sink(Path archive, List<String> tags, String reference, Consumer<String> notices)
      throws IOException {
    Path place = ArchiveTar.place(archive, reference);
    return LayoutSink.create(
        tags,
        reference,
        StagedBlobs.beginArchive(place, reference, notices),
        new ArchivePublication(place, reference));
  }

  @Override
  public boolean has(Descriptor blob) {
    return false;
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    throw new MissingBlobException(reference, blob);
  }

  @Override
  public void publish(
      StagedBlobs blobs, List<Descriptor> images, List<Descriptor> artifacts, Set<Descriptor> named)
      throws IOException {
    ArchiveTar.publish(
        place,
        blobs,
        tar -> {
          tar.add(OciLayout.MARKER, OciLayout.MARKER_CONTENT);
          tar.add(OciLayout.INDEX, IndexUpdate.ofNew(images, artifacts));
          tar.addDirectory(Blobs.DIRECTORY);
          for (Digest.Algorithm algorithm : blobs.algorithms()) {
            tar.addDirectory(Blobs.directory(algorithm));
          }
          for (Digest blob : blobs.list()) {
            tar.addBlob(Blobs.name(blob), blob);
          }
        });
  }
}
