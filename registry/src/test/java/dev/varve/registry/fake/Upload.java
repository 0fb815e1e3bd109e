package dev.varve.registry.fake;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A running upload. Every response has a new location, and the previous ones become invalid. */
final class Upload {
  private final String id;
  private final String repository;
  private final Path file;
  private final MessageDigest sha256 = Digest.sha256();
  private long size;
  private long lastPart = Long.MAX_VALUE;
  private int state;

  Upload(String id, String repository, Path file) {
    this.id = id;
    this.repository = repository;
    this.file = file;
  }

  String id() {
    return id;
  }

  Path file() {
    return file;
  }

  boolean isIn(String other) {
    return repository.equals(other);
  }

  long size() {
    return size;
  }

  /**
   * Returns the length of the last part that was appended; {@code Long.MAX_VALUE} before the first.
   */
  long lastPart() {
    return lastPart;
  }

  /** Returns the digest of the bytes appended until now. */
  Digest digest(Digest.Algorithm algorithm) throws IOException {
    if (algorithm != Digest.Algorithm.SHA256) {
      return algorithm.of(Files.readAllBytes(file));
    }
    try {
      return Digest.of((MessageDigest) sha256.clone());
    } catch (CloneNotSupportedException e) {
      throw new IOException(e);
    }
  }

  /** Appends the stream's bytes; those before a failure remain. */
  long append(InputStream in) throws IOException {
    long before = size;
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        sha256.update(buffer, 0, n);
        size += n;
      }
    }
    lastPart = size - before;
    return lastPart;
  }

  /** Returns whether this is the state in the latest location. */
  boolean isCurrent(String claimed) {
    return claimed.equals(state());
  }

  private String state() {
    return Integer.toHexString(state * 0x9E3779B1) + "=";
  }

  /** Changes the state and returns the new location, for the next request. */
  String nextLocation() {
    state++;
    return "/v2/" + repository + "/blobs/uploads/" + id + "?_state=" + state().replace("=", "%3D");
  }
}
