package dev.varve.core.layout;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds and removes the blobs of a layout directory that are unreachable from its index. */
final class LayoutPruning {
  private final Path directory;
  private final DirectoryFiles files;
  private final String reference;

  LayoutPruning(Path directory, String reference) {
    this.directory = directory;
    this.files = new DirectoryFiles(directory);
    this.reference = reference;
  }

  /** Finds the removable blobs. */
  OciLayout.Unreachable find() throws IOException {
    return count(garbage(whole(OciLayout.readIndex(files, reference))));
  }

  /**
   * Removes the unreachable blobs and the leftovers of killed runs. Concurrent writers detect at
   * publication if blobs that they need were removed.
   */
  OciLayout.Unreachable remove() throws IOException {
    OciLayout.readIndex(files, reference); // first, to create no marker in other directories
    List<Path> removed = new ArrayList<>();
    long[] bytes = {0};
    try (Staging staging = Staging.begin(directory)) {
      LayoutLock.holding(
          directory,
          () -> {
            ImageIndex index = whole(OciLayout.parseIndex(files, reference));
            byte[] kept = IndexUpdate.of(index, new Blobs(files, reference), List.of(), List.of());
            ImageIndex after = ImageIndex.parse(kept, OciLayout.INDEX + " of " + reference);
            if (after.manifests().size() < index.manifests().size()) {
              DirectoryPublication.replaceIndex(
                  directory, staging.directory().resolve(OciLayout.INDEX), kept);
            }
            for (Path blob : garbage(after)) {
              bytes[0] += Files.size(blob);
              Files.delete(blob);
              removed.add(blob);
            }
          });
    }
    return new OciLayout.Unreachable(removed.size(), bytes[0]);
  }

  /** Checks the index, because an index without a list would make all blobs removable. */
  private ImageIndex whole(ImageIndex index) throws IOException {
    if (!index.json().names().contains("manifests")) {
      throw index
          .json()
          .malformed("expected a list of \"manifests\", without which all blobs would be removed");
    }
    List<JsonObject> foreign = index.foreign();
    if (!foreign.isEmpty()) {
      throw new IOException(
          "reading "
              + OciLayout.INDEX
              + " of "
              + reference
              + ": the entry "
              + foreign.get(0).string("digest")
              + " has a digest with an unknown algorithm: its blobs are unknown, so nothing can be removed");
    }
    return index;
  }

  private List<Path> garbage(ImageIndex index) throws IOException {
    Map<Digest, Descriptor> reachable = Reachable.from(index, new Blobs(files, reference));
    List<Path> garbage = new ArrayList<>();
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      Path blobs = directory.resolve(Blobs.directory(algorithm));
      if (Lookup.isDirectory(blobs)) {
        try (Stream<Path> all = Files.list(blobs)) {
          all.filter(blob -> Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS))
              .filter(blob -> StagedBlobs.isBlobName(blob.getFileName().toString()))
              .filter(blob -> !reachable.containsKey(new Digest(blob.getFileName().toString())))
              .sorted()
              .forEach(garbage::add);
        }
      }
    }
    return garbage;
  }

  private static OciLayout.Unreachable count(List<Path> blobs) throws IOException {
    long bytes = 0;
    for (Path blob : blobs) {
      bytes += Files.size(blob);
    }
    return new OciLayout.Unreachable(blobs.size(), bytes);
  }
}
