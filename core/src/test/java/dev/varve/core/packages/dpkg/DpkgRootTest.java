package dev.varve.core.packages.dpkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.PackageInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Roots that dpkg made. */
class DpkgRootTest {
  private static final long JANUARY_1 = 1_735_689_600;
  private static final long DECEMBER_1 = 1_733_047_200;

  @TempDir private Path scratch;

  @Test
  void packagesAreThoseWhoseFilesAreInPlace() throws IOException {
    assertThat(DpkgRoot.packages(own()))
        .extracting(
            InstalledPackage::name,
            InstalledPackage::version,
            InstalledPackage::arch,
            InstalledPackage::source,
            InstalledPackage::changelogTimes)
        .containsExactly(
            tuple("half-configured", "1", "all", "half-configured", List.of()),
            tuple("libpair", "3.1-1+b2", "amd64", "pair", List.of(1_733_184_000L, 1_733_097_600L)),
            tuple("libpair", "3.1-1+b2", "i386", "pair", List.of(1_733_184_000L, 1_733_097_600L)),
            tuple("merged", "1", "all", "merged", List.of()),
            tuple("tools", "2:1.4-3", "amd64", "tools", List.of(JANUARY_1, DECEMBER_1)),
            tuple("tools-extra", "9", "all", "tools", List.of(JANUARY_1, DECEMBER_1)),
            tuple("unpacked", "1", "all", "unpacked", List.of()),
            tuple("wrapper", "5", "all", "wrapper", List.of(1_735_948_800L)));
  }

  @ParameterizedTest
  @CsvSource({
    "usr/bin/tool, wrapper",
    "usr/bin/tool.real, tools",
    "usr/share/tools/link.real, tools",
    "usr/bin/second, tools",
    "usr/share/tools/caf\uDCE9, tools",
    "usr/share/tools/crème brûlée, tools",
    "usr/share/tools/extra, tools-extra",
    "usr/share/doc/tools-extra, tools-extra",
    "usr/bin/merged, merged",
    "usr/lib/merged, merged",
    "usr/lib/i386/libpair.so, libpair",
    "etc/tools.conf, tools",
    "etc/changed.conf, tools",
    "etc/obsolete.conf, tools",
    "etc/gone.conf, nobody",
    "etc/removed.conf, nobody",
    "usr/share/unpacked/file, unpacked",
    "var/lib/dpkg/info/libpair:i386.list, libpair",
    "var/lib/dpkg/info/tools-extra.list, tools-extra",
    "var/lib/dpkg/info/format, nobody",
    "var/lib/dpkg/status, nobody",
  })
  void aPathHasAnOwner(String path, String owner) throws IOException {
    FileTree tree = own();
    PackageIndex.Builder index = new PackageIndex.Builder(tree);
    for (InstalledPackage installed : DpkgRoot.packages(tree)) {
      index.add(installed);
    }

    assertThat(tree.find(path).isPresent()).isEqualTo(!path.endsWith("gone.conf"));
    int entry = tree.indexOf(path);
    assertThat(
            entry < 0
                ? "nobody"
                : index.build().owner(entry).map(PackageInfo::name).orElse("nobody"))
        .isEqualTo(owner);
    assertThat(index.notices()).isEmpty();
  }

  @Test
  void digestsAreThoseThatThePackageShipped() throws IOException {
    InstalledPackage tools = named(own(), "tools");

    assertThat(tools.files())
        .extracting(
            PackageFile::path, file -> file.digest().map(FileDigest::hex).orElse("").length())
        .contains(
            tuple("etc/changed.conf", 32),
            tuple("etc/obsolete.conf", 32),
            tuple("usr/bin/tool.real", 32),
            tuple("usr/share/doc/tools/manual", 32),
            tuple("usr/share/tools/crème brûlée", 32),
            tuple("usr/share/tools/empty", 0),
            tuple("usr/share/tools/link.real", 0));
    assertThat(tools.files())
        .filteredOn(file -> file.path().equals("etc/changed.conf"))
        .extracting(file -> file.digest().orElseThrow().hex())
        .containsExactly("e7257459e6765e670c767096fcb981ec");
  }

  @Test
  void withoutDpkgThePackagesAreReadFromStatusD() throws IOException {
    FileTree tree = DpkgRoot.read("distroless", scratch);

    assertThat(DpkgRoot.packages(tree))
        .extracting(InstalledPackage::name, InstalledPackage::version, DpkgImage::paths)
        .containsExactly(
            tuple(
                "libpair",
                "3.1-1+b2",
                List.of(
                    "usr/lib/amd64/libpair.so",
                    "usr/share/doc/libpair/changelog.Debian.amd64.gz",
                    "usr/share/doc/libpair/changelog.Debian.gz",
                    "var/lib/dpkg/status.d/libpair",
                    "var/lib/dpkg/status.d/libpair.md5sums")),
            tuple(
                "tools",
                "2:1.4-3",
                List.of(
                    "usr/bin/first",
                    "usr/bin/second",
                    "usr/bin/tool",
                    "usr/share/doc/tools/changelog.Debian.gz",
                    "usr/share/doc/tools/changelog.gz",
                    "usr/share/doc/tools/manual",
                    "usr/share/tools/caf\uDCE9",
                    "usr/share/tools/crème brûlée",
                    "var/lib/dpkg/status.d/tools",
                    "var/lib/dpkg/status.d/tools.md5sums")));
  }

  @ParameterizedTest
  @CsvSource({"debian-bookworm, bash, 5.2.15-2+b13", "debian-trixie, bash, 5.2.37-2+b10"})
  void packagesOfDebianHaveTheirFilesAndChangelogs(String root, String name, String version)
      throws IOException {
    FileTree tree = DpkgRoot.read(root, scratch);

    assertThat(named(tree, name).version()).isEqualTo(version);
    assertThat(DpkgRoot.packages(tree))
        .hasSizeGreaterThan(20)
        .allSatisfy(
            installed -> {
              assertThat(installed.files()).isNotEmpty();
              assertThat(installed.changelogTimes()).as(installed.name()).isNotEmpty();
            });
  }

  private FileTree own() throws IOException {
    return DpkgRoot.read("own", scratch);
  }

  private static InstalledPackage named(FileTree tree, String name) throws IOException {
    return DpkgRoot.packages(tree).stream()
        .filter(installed -> installed.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
