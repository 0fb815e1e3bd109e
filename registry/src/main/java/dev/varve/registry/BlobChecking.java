package dev.varve.registry;

import org.jspecify.annotations.Nullable;

/**
 * Whether a registry refuses a manifest that names blobs it lacks. The specification requires that,
 * but some registries accept any manifest. If a registry that refuses accepts a manifest, it has
 * all of its blobs, and need not be asked for each.
 */
final class BlobChecking {
  private volatile @Nullable Boolean refusing;

  /** Whether it is still unknown if the registry refuses such manifests. */
  boolean isUnknown() {
    return refusing == null;
  }

  /** Whether the registry is known to refuse such a manifest. */
  boolean refuses() {
    return Boolean.TRUE.equals(refusing);
  }

  /** Records whether the registry refuses such a manifest. */
  void record(boolean isRefusing) {
    refusing = isRefusing;
  }
}
