package dev.varve.core.notes;

import dev.varve.core.git.Commit;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants to be said of an image.
 *
 * @param version a template for its version, where it gets one; one that the image before it has
 *     gets {@code .1}, {@code .2} and so on
 * @param pretty its version as people speak of it: what {@code <pretty>} stands for
 * @param changelog a template for what is new in it: what {@code <changelog>} stands for; empty for
 *     a list of commits and packages
 * @param formatters how these are written
 * @param commits what went into it since the image before it, newest first
 */
public record Notes(
    Optional<String> version,
    Optional<String> pretty,
    Optional<String> changelog,
    Formatters formatters,
    List<Commit> commits) {
  /** Nothing in particular. */
  public static final Notes NONE =
      new Notes(
          Optional.empty(), Optional.empty(), Optional.empty(), Formatters.DEFAULT, List.of());

  /** The label with an image's version. */
  public static final String VERSION_LABEL = "org.opencontainers.image.version";

  /** The label with the commit that an image was built from. */
  public static final String REVISION_LABEL = "org.opencontainers.image.revision";

  /** The label with what an image is. */
  public static final String DESCRIPTION_LABEL = "org.opencontainers.image.description";

  /** Freezes the list. */
  public Notes {
    commits = List.copyOf(commits);
  }
}
