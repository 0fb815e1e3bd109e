package dev.varve.core.packages;

import java.util.Locale;

/** Something that a build changed in files, and that can be restored from what packages say. */
public enum Repair {
  /** Owners and groups. */
  OWNERS,
  /** Permissions. */
  MODES,
  /** Capabilities that executables lost. */
  CAPS,
  /**
   * The time of the source that a compiled Python module records, which is to be that of its source
   * in the layer.
   */
  PYC;

  /** The name as options have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
