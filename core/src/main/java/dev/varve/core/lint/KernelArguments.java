package dev.varve.core.lint;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.lint.toml.TomlDocument;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds files of kernel arguments that bootc can't read.
 *
 * @see <a href="https://bootc.dev/bootc/building/kernel-arguments.html">bootc: kernel arguments</a>
 */
final class KernelArguments implements Rule {
  private static final String DIRECTORY = "usr/lib/bootc/kargs.d";
  private static final String ARGUMENTS = "kargs";
  private static final String ARCHITECTURES = "match-architectures";

  /** More than any list of kernel arguments, of which a kernel reads a few kilobytes. */
  private static final int MOST_BYTES = 1 << 20;

  @Override
  public String name() {
    return "kargs";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "bootc updates no machine to an image with a file in /usr/lib/bootc/kargs.d that it can't read.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("RUN echo 'kargs = [\"quiet\"]' > /usr/lib/bootc/kargs.d/10-NAME.toml");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    if (!image.isBootable()) {
      return;
    }
    for (FileTree.Entry entry : image.tree().below(DIRECTORY)) {
      if (isRead(entry.path())) {
        Optional<Content> content = entry.inode().content();
        Optional<String> fault = content.isEmpty() ? Optional.empty() : fault(content.get());
        fault.ifPresent(message -> findings.add(entry.path(), message));
      }
    }
  }

  /** Returns whether bootc reads a file: it has the extension, and is not in a directory below. */
  private static boolean isRead(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return FileTree.parent(path).equals(DIRECTORY) && name.matches("(?s).+\\.toml");
  }

  private static Optional<String> fault(Content content) throws IOException {
    if (content.size() > MOST_BYTES) {
      return Optional.of("more than " + MOST_BYTES + " bytes");
    }
    byte[] bytes;
    try (InputStream in = content.open()) {
      bytes = in.readAllBytes();
    }
    try {
      return fault(TomlDocument.parse(bytes));
    } catch (IOException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  private static Optional<String> fault(Map<String, Object> document) {
    for (Map.Entry<String, Object> field : document.entrySet()) {
      if (!Set.of(ARGUMENTS, ARCHITECTURES).contains(field.getKey())) {
        return Optional.of(
            "bootc knows " + ARGUMENTS + " and " + ARCHITECTURES + ", not " + field.getKey());
      }
      if (!isListOfStrings(field.getValue())) {
        return Optional.of(field.getKey() + " is no list of strings");
      }
    }
    return document.containsKey(ARGUMENTS)
        ? Optional.empty()
        : Optional.of(ARGUMENTS + " is missing");
  }

  private static boolean isListOfStrings(Object value) {
    return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
  }
}
