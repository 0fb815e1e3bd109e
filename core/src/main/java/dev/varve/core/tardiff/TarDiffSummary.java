package dev.varve.core.tardiff;

import java.util.List;
import java.util.OptionalLong;

/**
 * The composition of a tar-diff.
 *
 * @param version the version of the format
 * @param data the bytes of the result that the tar-diff contains as they are
 * @param sources the source files that it opens, sorted by path
 * @param result the size of the result in bytes; empty if a patch does not say what it makes
 */
public record TarDiffSummary(
    TarDiffVersion version, long data, List<SourceUse> sources, OptionalLong result) {
  /** Copies the list. */
  public TarDiffSummary {
    sources = List.copyOf(sources);
  }
}
