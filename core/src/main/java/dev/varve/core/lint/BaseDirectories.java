package dev.varve.core.lint;

import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds directories that a bootable image must have, and lacks. */
final class BaseDirectories implements Rule {
  @Override
  public String name() {
    return "base-directories";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "systemd mounts file systems on these directories, and the root is read-only by then.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "RUN mkdir -p /dev /proc /sys /run /tmp /var /sysroot && ln -sfn sysroot/ostree /ostree");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    if (!image.isBootable()) {
      return;
    }
    for (String path : List.of("dev", "proc", "sys", "run", "tmp", "var", "sysroot")) {
      if (!image.tree().find(path).map(Inode::isDirectory).orElse(false)) {
        findings.add(path, "expected a directory");
      }
    }
    if (!image.tree().find("ostree").map(Inode::linkTarget).orElse("").equals("sysroot/ostree")) {
      findings.add("ostree", "expected a link to sysroot/ostree");
    }
  }
}
