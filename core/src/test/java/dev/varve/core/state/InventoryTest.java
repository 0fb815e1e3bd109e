package dev.varve.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.packages.RootFixture;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InventoryTest {
  private static final Path FIXTURES = Path.of("src/test/fixtures");

  @TempDir private Path scratch;
  private final List<String> notices = new ArrayList<>();

  private List<String> lines(FileTree tree) throws IOException {
    return Inventory.read(tree, scratch, notices::add).packages().stream()
        .map(InventoryTest::line)
        .toList();
  }

  private static String line(PackageInfo info) {
    return String.join(
        " | ", info.name(), info.version(), info.arch(), info.license(), info.supplier());
  }

  private FileTree fixture(String name) throws IOException {
    return RootFixture.read(FIXTURES.resolve(name), scratch);
  }

  @Test
  void rpmsPackagesHaveALicense() throws IOException {
    byte[] database;
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(FIXTURES.resolve("rpmdb/rpmdb.sqlite.gz")))) {
      database = in.readAllBytes();
    }
    FileTree tree =
        new FileTree.Builder()
            .put(
                "usr/lib/sysimage/rpm/rpmdb.sqlite",
                Inode.file(0644, 0, 0, 7, Xattrs.EMPTY, new BytesContent(database)))
            .build();
    assertThat(lines(tree))
        .containsExactly(
            "gpg-pubkey | 6ade41b5-6b03b3e1 |  | pubkey | ",
            "libpair | 3.1-1 | i686 | Apache-2.0 | ",
            "libpair | 3.1-1 | x86_64 | Apache-2.0 | ",
            "notes | 0.9-1 | noarch | Apache-2.0 | ",
            "tools | 2:1.4-3 | x86_64 | Apache-2.0 | ",
            "tools-doc | 2:1.4-3 | noarch | Apache-2.0 | ");
  }

  @Test
  void dpkgsPackagesHaveAMaintainer() throws IOException {
    assertThat(lines(fixture("dpkg/own.tar.gz")))
        .containsExactly(
            "half-configured | 1 | all |  | A Builder <builder@example.org>",
            "libpair | 3.1-1+b2 | amd64 |  | A Builder <builder@example.org>",
            "libpair | 3.1-1+b2 | i386 |  | A Builder <builder@example.org>",
            "merged | 1 | all |  | A Builder <builder@example.org>",
            "tools | 2:1.4-3 | amd64 |  | A Builder <builder@example.org>",
            "tools-extra | 9 | all |  | A Builder <builder@example.org>",
            "unpacked | 1 | all |  | A Builder <builder@example.org>",
            "wrapper | 5 | all |  | A Builder <builder@example.org>");
  }

  @Test
  void pacmansPackagesHaveALicenseAndAPackager() throws IOException {
    assertThat(lines(fixture("pacman/root.tar.gz")))
        .containsExactly(
            "clash | 3.1-1.2 | any |  | A Builder <builder@example.org>",
            "fraction | 1-1 | any |  | ",
            "grows | 0.9-2 | any |  | A Builder <builder@example.org>",
            "meta | 7-1 | any |  | A Builder <builder@example.org>",
            "tools | 2:1.4-3 | x86_64 | Apache-2.0 | A Builder <builder@example.org>");
  }

  @Test
  void allLicensesOfPacmansPackagesApply() throws IOException {
    String description =
        """
        %NAME%
        a

        %VERSION%
        1-1

        %LICENSE%
        MIT OR ISC
        GPL-2.0-only
        LicenseRef-own

        %PACKAGER%
        B <b@example.org>
        """;
    FileTree tree =
        new FileTree.Builder()
            .put("var/lib/pacman/local/ALPM_DB_VERSION", RootFixture.file("9\n"))
            .put("var/lib/pacman/local/a-1-1/desc", RootFixture.file(description))
            .put("var/lib/pacman/local/a-1-1/files", RootFixture.file("%FILES%\n"))
            .build();
    assertThat(lines(tree))
        .containsExactly(
            "a | 1-1 |  | (MIT OR ISC) AND GPL-2.0-only AND LicenseRef-own | B <b@example.org>");
  }

  @Test
  void apksPackagesHaveALicenseAndAMaintainer() throws IOException {
    String installed = "P:a\nV:1-r0\nA:x86_64\nL:MIT AND ISC\nm:B <b@example.org>\n\n";
    FileTree tree =
        new FileTree.Builder()
            .put("lib/apk/db/installed", RootFixture.file(installed))
            .put("etc/os-release", RootFixture.file("ID=alpine\n"))
            .build();
    assertThat(lines(tree)).containsExactly("a | 1-r0 | x86_64 | MIT AND ISC | B <b@example.org>");
    assertThat(Inventory.read(tree, scratch, notices::add).os().orElseThrow().id())
        .isEqualTo("alpine");
    assertThat(notices).isEmpty();
  }

  @Test
  void anImageWithoutADatabaseHasNoPackages() throws IOException {
    Inventory none = Inventory.read(new FileTree.Builder().build(), scratch, notices::add);
    assertThat(none.packages()).isEmpty();
    assertThat(none.os()).isEmpty();
    assertThat(notices)
        .containsExactly(
            "no packages found (looked for the databases of RPM, dpkg, pacman and apk)");
  }
}
