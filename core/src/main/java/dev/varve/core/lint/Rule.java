package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A check of an image. Rules have no state. */
public interface Rule {
  /** A stable name, such as {@code machine-id}. */
  String name();

  /** How grave its findings are. */
  Severity severity();

  /** What the rule is about, in one sentence. */
  String title();

  /**
   * The lines that avoid it in a Containerfile; may be empty.
   *
   * @param formats the formats of the image's packages; none if they are unknown
   */
  List<String> cure(Set<PackageFormat> formats);

  /**
   * Checks an image.
   *
   * @throws IOException if files can't be read
   */
  void check(LintedImage image, Findings findings) throws IOException;
}
