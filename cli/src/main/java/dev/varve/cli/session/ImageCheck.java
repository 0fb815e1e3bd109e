package dev.varve.cli.session;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.core.lint.Finding;
import dev.varve.core.lint.Lint;
import dev.varve.core.lint.LintedImage;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks an image by the rules of lint, which reads all its files. */
public final class ImageCheck {
  private ImageCheck() {}

  /**
   * Checks an image.
   *
   * @param before the image that clients have, if it is known
   * @param rules as images without a state are divided
   * @param disabled the names of rules to leave out
   * @throws IllegalArgumentException if one of these rules does not exist
   */
  public static List<Finding> run(
      Reference checked,
      Optional<Reference> before,
      DivisionRules rules,
      Set<String> disabled,
      Session session)
      throws IOException {
    Lint.requireKnown(disabled);
    TreeSource source = session.tree(checked);
    Optional<LintedImage.Previous> known =
        before.isEmpty() ? Optional.empty() : Optional.of(previous(before.get(), rules, session));
    FileTree files = source.read(session.scratch().directory("source"), session.progress());
    try (LintedImage linted =
        LintedImage.of(
            files,
            source.hidden(),
            source.config(),
            known,
            rules,
            session.scratch(),
            session.progress(),
            session.layerLimits())) {
      return Lint.check(linted, disabled);
    }
  }

  private static LintedImage.Previous previous(
      Reference reference, DivisionRules rules, Session session) throws IOException {
    ImageSource source = session.image(reference);
    return new LintedImage.Previous(
        source,
        PublishedImage.of(
            source,
            Optional.empty(),
            rules,
            session.scratch().directory("state"),
            session.progress(),
            session.layerLimits()));
  }
}
