package dev.varve.core.lint;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds names that are not UTF-8. */
final class Names implements Rule {
  @Override
  public String name() {
    return "utf8";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "bootc stores no names that are not UTF-8: the update fails.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of();
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (FileTree.Entry entry : image.tree().entries()) {
      if (image.isBootable() && (!isUtf8(entry.path()) || !isUtf8(entry.inode().linkTarget()))) {
        findings.add(
            entry.path(),
            isUtf8(entry.path()) ? "the link's target is not UTF-8" : "the name is not UTF-8");
      }
    }
  }

  /**
   * Names are decoded so that only bytes that are not UTF-8 become surrogates without a partner.
   */
  private static boolean isUtf8(String name) {
    return name.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }
}
