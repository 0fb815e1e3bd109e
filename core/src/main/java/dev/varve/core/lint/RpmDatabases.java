package dev.varve.core.lint;

import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds traces of an RPM database that was not closed, and databases beside it. */
final class RpmDatabases implements Rule {
  @Override
  public String name() {
    return "rpmdb";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "RPM leaves a journal beside its database that differs in each build; a second database doubles what each update downloads.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "RUN rm -f /usr/lib/sysimage/rpm/rpmdb.sqlite-shm /usr/lib/sysimage/rpm/rpmdb.sqlite-wal");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    List<String> databases = new ArrayList<>();
    for (String directory : List.of("usr/lib/sysimage/rpm", "usr/share/rpm", "var/lib/rpm")) {
      for (String suffix : List.of("-wal", "-shm")) {
        String path = directory + "/rpmdb.sqlite" + suffix;
        if (image.tree().find(path).isPresent()) {
          findings.add(
              path, image.compressed(path), "SQLite's journal: RPM did not close its database");
        }
      }
      String path = directory + "/rpmdb.sqlite";
      if (image.tree().find(path).flatMap(Inode::content).isPresent()) {
        databases.add(path);
        boolean changed =
            image.changes().stream().anyMatch(change -> change.file().path().equals(path));
        if (changed && !image.packagesChanged()) {
          findings.add(
              path,
              image.compressed(path),
              "changed although no package did: it records when packages were installed");
        }
      }
    }
    for (String path : databases.subList(Math.min(1, databases.size()), databases.size())) {
      findings.add(
          path, image.compressed(path), "a second RPM database beside /" + databases.get(0));
    }
  }
}
