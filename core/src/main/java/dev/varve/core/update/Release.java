package dev.varve.core.update;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An image of a series, as far as downloads depend on it.
 *
 * @param name the image as users know it, such as its tag
 * @param digest the digest of its manifest
 * @param created the time of its build
 * @param layers the layers' blobs, lowest first
 * @param deltas the downloads by delta in bytes, by the digest of the image that a client has
 */
public record Release(
    String name,
    Digest digest,
    Instant created,
    List<Descriptor> layers,
    Map<Digest, Long> deltas) {
  /** Copies the collections. */
  public Release {
    layers = List.copyOf(layers);
    deltas = Map.copyOf(deltas);
  }

  /** The download of a client that has no layer, in bytes. */
  public long totalBytes() {
    return bytesWithout(Set.of());
  }

  /** The download of a client that has another image, by layers, in bytes. */
  public long bytesFrom(Release before) {
    Set<Digest> had = new HashSet<>();
    before.layers().forEach(layer -> had.add(layer.digest()));
    return bytesWithout(had);
  }

  private long bytesWithout(Set<Digest> had) {
    Set<Digest> counted = new HashSet<>(had);
    return layers.stream()
        .filter(layer -> counted.add(layer.digest()))
        .mapToLong(Descriptor::size)
        .sum();
  }

  /** The download of a client that has another image, by delta, in bytes; empty without a delta. */
  public OptionalLong deltaFrom(Release before) {
    Long bytes = deltas.get(before.digest());
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }
}
