package dev.varve.core.packages.dpkg;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.PackageFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/** The parsers of dpkg's database and of Debian's changelogs. */
public final class DpkgTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "dpkg-status",
            DpkgTargets::readDatabase,
            DpkgImage.stanza(
                "bash",
                "Source: bash (5.2-1)",
                "Multi-Arch: same",
                "Conffiles:",
                " /etc/bash.bashrc d41d8cd98f00b204e9800998ecf8427e obsolete",
                " /etc/new newconffile remove-on-upgrade",
                "Description: a shell"),
            "Package: a\nVersion: 1\n\nPackage: b\nStatus: deinstall ok config-files\n"),
        FuzzTarget.ofText(
            "dpkg-list",
            lines(text -> FileList.read(text).forEach(DpkgTargets::requirePath)),
            "/.\n/usr\n/usr/bin\n/usr/bin/bash\n"),
        FuzzTarget.ofText(
            "dpkg-md5sums",
            lines(text -> FileList.readDigests(text).keySet().forEach(DpkgTargets::requirePath)),
            "d41d8cd98f00b204e9800998ecf8427e  usr/bin/bash\n"),
        FuzzTarget.ofText(
            "dpkg-diversions",
            lines(text -> requirePath(Diversions.read(text).pathOf("bin/sh", "bash"))),
            "/bin/sh\n/bin/sh.distrib\ndash\n/bin/a\n/bin/b\n:\n"),
        FuzzTarget.ofText(
            "debian-changelog",
            lines(DpkgTargets::readChangelog),
            """
            bash (5.2-1) unstable; urgency=low

              * Change.

             -- A <a@example.org>  Wed, 01 Jan 2025 00:00:00 +0000
            """));
  }

  private static IoConsumer<byte[]> lines(IoConsumer<DatabaseLines> reader) {
    return bytes ->
        reader.accept(new DatabaseLines(new ByteArrayInputStream(bytes), "list", 1 << 20));
  }

  private static void readDatabase(byte[] status) throws IOException {
    new DpkgImage().file("var/lib/dpkg/status", status).packages();
  }

  private static void readChangelog(DatabaseLines lines) throws IOException {
    for (long time : Changelog.times(lines)) {
      if (time < 0) {
        throw new AssertionError("expected a time since the epoch, got " + time);
      }
    }
  }

  private static void requirePath(String path) {
    if (!PackageFile.isPath(path)) {
      throw new AssertionError("expected a path, got \"" + path + "\"");
    }
  }
}
