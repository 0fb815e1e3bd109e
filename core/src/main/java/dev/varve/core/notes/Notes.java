package dev.varve.core.notes;

import dev.varve.core.git.Commit;
import java.util.List;
import java.util.Optional;

/**
 * The user's templates for an image's version and changelog, and the commits to list.
 *
 * @param version a template for the image's version, if it gets one; if the previous image has the
 *     same version, {@code .1}, {@code .2} and so on is added
 * @param pretty the image's human-readable version, the value of {@code <pretty>}
 * @param changelog a template for the changelog, the value of {@code <changelog>}; empty for the
 *     default, a list of commits and packages
 * @param formatters the templates for these lists
 * @param commits the commits since the previous image, newest first
 */
public record Notes(
    Optional<String> version,
    Optional<String> pretty,
    Optional<String> changelog,
    Formatters formatters,
    List<Commit> commits) {
  /** No templates and no commits. */
  public static final Notes NONE =
      new Notes(
          Optional.empty(), Optional.empty(), Optional.empty(), Formatters.DEFAULT, List.of());

  /** The label with an image's version. */
  public static final String VERSION_LABEL = "org.opencontainers.image.version";

  /** The label with the commit that an image was built from. */
  public static final String REVISION_LABEL = "org.opencontainers.image.revision";

  /** The label with an image's description. */
  public static final String DESCRIPTION_LABEL = "org.opencontainers.image.description";

  /** Copies the list. */
  public Notes {
    commits = List.copyOf(commits);
  }
}
