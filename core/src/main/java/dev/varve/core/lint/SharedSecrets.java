package dev.varve.core.lint;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds private keys and seeds that a build made, and that are to be unique to each machine. */
final class SharedSecrets implements Rule {
  @Override
  public String name() {
    return "secrets";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "Everybody who has the image has its private keys: with them, one machine can pose as another.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "RUN rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /var/lib/systemd/random-seed /var/lib/systemd/credential.secret");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (FileTree.Entry entry : image.tree().entries()) {
      if (entry.inode().size() > 0 && SECRET.matcher(entry.path()).matches()) {
        findings.add(
            entry.path(),
            image.compressed(entry.path()),
            "a secret that all machines would share, and everybody can read");
      }
    }
  }

  private static final Pattern SECRET =
      Pattern.compile(
          "(?:usr/)?etc/ssh/ssh_host_[^/]*_key"
              + "|var/lib/systemd/(?:random-seed|credential\\.secret)"
              + "|(?:usr/)?etc/(?:brlapi\\.key|cockpit/ws-certs\\.d/[^/]*\\.key)"
              + "|root/\\.ssh/id_[^/.]*|var/roothome/\\.ssh/id_[^/.]*");
}
