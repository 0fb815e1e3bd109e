package dev.varve.core.lint;

/** How grave a finding is. */
public enum Severity {
  /** Machines can't install or boot the image, or share a secret. */
  ERROR,
  /** Updates are larger than they need be, or files are not as their packages ship them. */
  WARNING,
  /** Good to know. */
  NOTE
}
