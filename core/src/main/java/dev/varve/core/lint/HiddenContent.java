package dev.varve.core.lint;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.HiddenFile;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Finds files in layers that later layers replace or remove. */
final class HiddenContent implements Rule {
  /** Less is not worth a line. */
  private static final long LEAST = 100_000;

  @Override
  public String name() {
    return "hidden";
  }

  @Override
  public Severity severity() {
    return Severity.NOTE;
  }

  @Override
  public String title() {
    return "A layer has files that a later one replaces or removes: rechunking leaves them out, but who"
        + " pulls the build itself downloads them.";
  }

  @Override
  public List<String> cure() {
    return List.of(
        "# make and remove files in one step:",
        "RUN dnf -y install PACKAGE && dnf clean all",
        "RUN --mount=type=cache,target=/var/cache/libdnf5 dnf -y upgrade");
  }

  @Override
  public void check(LintedImage image, Findings findings) {
    TreeMap<String, Long> sizes = new TreeMap<>();
    for (HiddenFile file : image.hidden()) {
      sizes.merge(FileTree.parent(file.path()), file.bytes(), Long::sum);
    }
    sizes.forEach(
        (directory, bytes) -> {
          if (bytes >= LEAST) {
            findings.add(
                directory,
                String.format(
                    Locale.ROOT, "%.1f MB in layers below those that replace them", bytes / 1e6));
          }
        });
  }
}
