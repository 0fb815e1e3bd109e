package dev.varve.core.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedFilesTest {
  private static GeneratedFiles of(PackageFormat... formats) throws IOException {
    PackageIndex.Builder index = new PackageIndex.Builder(new FileTree.Builder().build());
    for (PackageFormat format : formats) {
      index.add(
          new InstalledPackage(
              format, format.component("a"), "1", "", "", 0, List.of(), List.of()));
    }
    return GeneratedFiles.of(index.build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "etc/ld.so.cache",
        "boot/initrd.img-6.1.0-30-amd64",
        "usr/lib/x86_64-linux-gnu/gdk-pixbuf-2.0/2.10.0/loaders.cache",
        "usr/lib/modules/6.1.0-30-amd64/modules.dep.bin",
        "usr/share/icons/hicolor/icon-theme.cache",
        "var/lib/dpkg/status-old",
        "usr/lib/sysimage/dpkg/status",
        "var/cache/apt/pkgcache.bin",
        "var/log/lastlog"
      })
  void aFileIsKnownByItsPath(String path) throws IOException {
    assertThat(of(PackageFormat.DEB).isGenerated(path)).isTrue();
    assertThat(of(PackageFormat.DEB).directory(path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "etc/ld_so.cache",
        "etc/ld.so.cache.d",
        "a/etc/ld.so.cache",
        "usr/share/icons/hicolor/16x16/icon-theme.cache",
        "var/lib/dpkg/info/bash.list",
        "var/lib/dpkg",
        ""
      })
  void anyOtherFileIsUnknown(String path) throws IOException {
    assertThat(of(PackageFormat.DEB).isGenerated(path)).isFalse();
    assertThat(of(PackageFormat.DEB).directory(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "var/lib/dpkg/triggers/File, var/lib/dpkg/triggers",
    "var/lib/apt/lists/auxfiles/a/b, var/lib/apt/lists",
    "var/lib/systemd/deb-systemd-helper-enabled/a.wants/b, var/lib/systemd/deb-systemd-helper-enabled"
  })
  void aDirectoryIsKnownForAllBelow(String path, String directory) throws IOException {
    assertThat(of(PackageFormat.DEB).directory(path)).hasValue(directory);
    assertThat(of(PackageFormat.DEB).isGenerated(path)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "RPM")
  void theFilesAreThoseOfAnyOtherPackageFormatThanRpm(PackageFormat format) throws IOException {
    assertThat(of(format).isGenerated("etc/ld.so.cache")).isTrue();
    assertThat(of(format, PackageFormat.RPM).isGenerated("etc/ld.so.cache")).isFalse();
    assertThat(of(format, PackageFormat.RPM).directory("var/lib/dpkg/triggers/File")).isEmpty();
  }

  @Test
  void anImageWithoutPackagesHasNone() throws IOException {
    assertThat(of().isGenerated("etc/ld.so.cache")).isFalse();
    assertThat(of().directory("var/lib/dpkg/triggers/File")).isEmpty();
  }
}
