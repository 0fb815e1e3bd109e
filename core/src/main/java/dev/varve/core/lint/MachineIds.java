package dev.varve.core.lint;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds an id that is to be unique to each machine. */
final class MachineIds implements Rule {
  @Override
  public String name() {
    return "machine-id";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "Machines that share a machine-id get the same addresses by DHCP, and the same names in logs.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("RUN : > /etc/machine-id");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (String path : PLACES) {
      Optional<Content> content = image.tree().find(path).flatMap(Inode::content);
      if (content.isPresent() && content.get().size() > 0 && !isUninitialized(content.get())) {
        findings.add(path, image.compressed(path), "all machines would have this machine-id");
      }
    }
  }

  private static final List<String> PLACES =
      List.of("etc/machine-id", "usr/etc/machine-id", "var/lib/dbus/machine-id");

  /** The text that systemd replaces at the first boot. */
  private static final String UNINITIALIZED = "uninitialized";

  private static boolean isUninitialized(Content content) throws IOException {
    try (InputStream in = content.open()) {
      String text = new String(in.readNBytes(100), StandardCharsets.ISO_8859_1);
      return text.isBlank() || text.strip().equals(UNINITIALIZED);
    }
  }
}
