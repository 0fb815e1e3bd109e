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

/** The registry's repositories: tags and manifests in memory, blobs in files. */
final class Store implements Closeable {
  /** A manifest or an index, with the media type of its PUT. */
  static final class Document {
    private final String mediaType;
    private final byte[] bytes;
    private final Digest digest;

    Document(String mediaType, byte[] bytes) {
      this(mediaType, bytes, Digest.Algorithm.SHA256);
    }

    /** Creates a document that is stored under its digest by this algorithm. */
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

  private static final class RepositoryContents {
    private final Map<String, Digest> tags = new TreeMap<>();
    private final Map<Digest, Document> manifests = new LinkedHashMap<>();
    private final Set<Digest> blobs = new HashSet<>();
    private boolean exists;
  }

  private final Path directory;
  private final Map<String, RepositoryContents> repositories = new HashMap<>();

  Store() throws IOException {
    directory = Files.createTempDirectory("fake-registry");
  }

  private RepositoryContents contents(String repository) {
    return repositories.getOrDefault(repository, new RepositoryContents());
  }

  /** Creates an empty file for the blob of an upload. */
  Path newFile() throws IOException {
    return Files.createTempFile(directory, "upload-", "");
  }

  /** Adds a blob by moving its file, which has this digest, into the store. */
  synchronized void addBlob(String repository, Digest digest, Path file) throws IOException {
    Path blob = directory.resolve(digest.hex());
    if (Files.exists(blob)) {
      Files.delete(file);
    } else {
      Files.move(file, blob);
    }
    repositories.computeIfAbsent(repository, name -> new RepositoryContents()).blobs.add(digest);
  }

  /** Adds another repository's blob; returns false if that repository lacks it. */
  synchronized boolean mount(String from, String repository, Digest digest) {
    if (!contents(from).blobs.contains(digest)) {
      return false;
    }
    repositories.computeIfAbsent(repository, name -> new RepositoryContents()).blobs.add(digest);
    return true;
  }

  synchronized Optional<Path> blob(String repository, Digest digest) {
    return contents(repository).blobs.contains(digest)
        ? Optional.of(directory.resolve(digest.hex()))
        : Optional.empty();
  }

  /** Returns a blob's file, whichever repository has the blob. */
  Optional<Path> blob(Digest digest) {
    return Optional.of(directory.resolve(digest.hex())).filter(Files::exists);
  }

  synchronized Set<Digest> blobs(String repository) {
    return new TreeSet<>(contents(repository).blobs);
  }

  synchronized boolean removeBlob(String repository, Digest digest) {
    return contents(repository).blobs.remove(digest);
  }

  synchronized void removeRepository(String repository) {
    repositories.remove(repository);
  }

  /** Returns whether a manifest was ever put into the repository. */
  synchronized boolean hasRepository(String repository) {
    return contents(repository).exists;
  }

  synchronized List<String> tags(String repository) {
    return List.copyOf(contents(repository).tags.keySet());
  }

  synchronized void addManifest(String repository, Document manifest) {
    RepositoryContents contents =
        repositories.computeIfAbsent(repository, name -> new RepositoryContents());
    contents.manifests.put(manifest.digest(), manifest);
    contents.exists = true;
  }

  synchronized void tag(String repository, String tag, Digest digest) {
    repositories
        .computeIfAbsent(repository, name -> new RepositoryContents())
        .tags
        .put(tag, digest);
  }

  synchronized Optional<Digest> tagged(String repository, String tag) {
    return Optional.ofNullable(contents(repository).tags.get(tag));
  }

  synchronized Optional<Document> manifest(String repository, Digest digest) {
    return Optional.ofNullable(contents(repository).manifests.get(digest));
  }

  /** Returns the manifests in the order in which they were put. */
  synchronized List<Document> manifests(String repository) {
    return List.copyOf(contents(repository).manifests.values());
  }

  synchronized boolean untag(String repository, String tag) {
    return contents(repository).tags.remove(tag) != null;
  }

  /** Removes a manifest and the tags that point to it. */
  synchronized boolean removeManifest(String repository, Digest digest) {
    RepositoryContents contents = contents(repository);
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
