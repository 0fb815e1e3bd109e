package dev.varve.registry;

import org.jspecify.annotations.Nullable;

/**
 * Whether a registry refuses a manifest that names blobs it lacks. The specification wants that,
 * and some registries take any manifest. A registry that refuses vouches for all blobs of a
 * manifest that it takes, so that nobody has to ask for each of them.
 */
final class BlobChecking {
  private volatile @Nullable Boolean refuses;

  /** Whether nobody has found out yet. */
  boolean isUnknown() {
    return refuses == null;
  }

  /** Whether the registry is known to refuse such a manifest. */
  boolean isKnown() {
    return Boolean.TRUE.equals(refuses);
  }

  void found(boolean refusing) {
    refuses = refusing;
  }
}
