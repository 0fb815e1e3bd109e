package dev.varve.core.lint;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.CompiledPython;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds compiled Python modules that Python will ignore. */
final class CompiledModules implements Rule {
  @Override
  public String name() {
    return "pyc";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "Python ignores a compiled module that records another time of its source than the source has, and compiles the source at each start of a program.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "# after all packages are installed: compile without times",
        "RUN python3 -m compileall -q -f --invalidation-mode unchecked-hash /usr/lib/python3* || true");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (FileTree.Entry entry : image.tree().entries()) {
      Optional<Content> module = entry.inode().content();
      Optional<Inode> source = CompiledPython.source(entry.path()).flatMap(image.stored()::find);
      if (module.isPresent()
          && source.isPresent()
          && source.get().content().isPresent()
          && CompiledPython.isStale(module.get(), source.get())) {
        findings.add(
            entry.path(),
            image.compressed(entry.path()),
            "records %s as the time of its source, which layers carry with %s"
                .formatted(
                    Instant.ofEpochSecond(CompiledPython.recordedTime(module.get()).orElseThrow()),
                    Instant.ofEpochSecond(source.get().mtime())));
      }
    }
  }
}
