package dev.varve.registry.fake;

import dev.varve.core.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is in the registry: repositories with tags and manifests in memory, blobs as files. */
final class Store implements Closeable {
  /** A manifest or an index, with the type that it was put with. */
  static final class Document {
    private final String mediaType;
    private final byte[] bytes;
    private final Digest digest;

    Document(String mediaType, byte[] bytes) {
      this(mediaType, bytes, Digest.Algorithm.SHA256);
    }

    /** A document that is kept under a digest of this algorithm. */
    Document(String mediaType, byte[] bytes, Digest.Algorithm algorithm) {
      this.mediaType = mediaType;
      this.bytes = bytes.clone();
      this.digest = algorithm.of(bytes);
    }

    String mediaType() {
      return mediaType;
    }

    byte[] bytes() {
      return bytes.clone();
    }

    Digest digest() {
      return digest;
    }
  }

  private static final class Contents {
    private final Map<String, Digest> tags = new TreeMap<>();
    private final Map<Digest, Document> manifests = new LinkedHashMap<>();
    private final Set<Digest> blobs = new HashSet<>();
    private boolean begun;
  }

  private final Path directory;
  private final Map<String, Contents> repositories = new HashMap<>();

  Store() throws IOException {
    directory = Files.createTempDirectory("fake-registry");
  }

  private Contents contents(String repository) {
    return repositories.getOrDefault(repository, new Contents());
  }

  /** A new file for a blob to come. */
  Path newFile() throws IOException {
    return Files.createTempFile(directory, "upload-", "");
  }

  /** Takes over a file that has this digest. */
  synchronized void addBlob(String repository, Digest digest, Path file) throws IOException {
    Path blob = directory.resolve(digest.hex());
    if (Files.exists(blob)) {
      Files.delete(file);
    } else {
      Files.move(file, blob);
    }
    repositories.computeIfAbsent(repository, name -> new Contents()).blobs.add(digest);
  }

  /** Adds a blob that another repository has; false if it has not. */
  synchronized boolean mount(String from, String repository, Digest digest) {
    if (!contents(from).blobs.contains(digest)) {
      return false;
    }
    repositories.computeIfAbsent(repository, name -> new Contents()).blobs.add(digest);
    return true;
  }

  synchronized Optional<Path> blob(String repository, Digest digest) {
    return contents(repository).blobs.contains(digest)
        ? Optional.of(directory.resolve(digest.hex()))
        : Optional.empty();
  }

  /** A blob of whatever repository. */
  Optional<Path> blob(Digest digest) {
    return Optional.of(directory.resolve(digest.hex())).filter(Files::exists);
  }

  synchronized Set<Digest> blobs(String repository) {
    return new TreeSet<>(contents(repository).blobs);
  }

  synchronized boolean removeBlob(String repository, Digest digest) {
    return contents(repository).blobs.remove(digest);
  }

  /** Whether a manifest was ever put there. */
  synchronized boolean hasRepository(String repository) {
    return contents(repository).begun;
  }

  synchronized List<String> tags(String repository) {
    return List.copyOf(contents(repository).tags.keySet());
  }

  synchronized void addManifest(String repository, Document manifest) {
    Contents contents = repositories.computeIfAbsent(repository, name -> new Contents());
    contents.manifests.put(manifest.digest(), manifest);
    contents.begun = true;
  }

  synchronized void tag(String repository, String tag, Digest digest) {
    repositories.computeIfAbsent(repository, name -> new Contents()).tags.put(tag, digest);
  }

  synchronized Optional<Digest> tagged(String repository, String tag) {
    return Optional.ofNullable(contents(repository).tags.get(tag));
  }

  synchronized Optional<Document> manifest(String repository, Digest digest) {
    return Optional.ofNullable(contents(repository).manifests.get(digest));
  }

  /** In the order in which they were put. */
  synchronized List<Document> manifests(String repository) {
    return List.copyOf(contents(repository).manifests.values());
  }

  synchronized boolean untag(String repository, String tag) {
    return contents(repository).tags.remove(tag) != null;
  }

  /** Removes a manifest and the tags that lead to it. */
  synchronized boolean removeManifest(String repository, Digest digest) {
    Contents contents = contents(repository);
    contents.tags.values().removeIf(digest::equals);
    return contents.manifests.remove(digest) != null;
  }

  /** Deletes all files. */
  @Override
  public synchronized void close() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
