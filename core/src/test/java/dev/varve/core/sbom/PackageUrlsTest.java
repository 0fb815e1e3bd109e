package dev.varve.core.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.packageurl.PackageURL;
import dev.varve.core.image.Digest;
import dev.varve.core.packages.OsRelease;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PackageUrlsTest {
  private static final Digest DIGEST = Digest.of(new byte[0]);

  private static PackageInfo info(PackageFormat format, String version, String supplier) {
    return new PackageInfo(format, "a", version, "noarch", "", List.of(), 0, "", supplier);
  }

  private static String url(PackageInfo info, OsRelease os) throws Exception {
    String url = PackageUrls.of(info, Optional.of(os)).canonicalize();
    assertThat(new PackageURL(url)).isEqualTo(PackageUrls.of(info, Optional.of(os)));
    return url;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "RPM fedora '' 42 1-1.fc42 pkg:rpm/fedora/a@1-1.fc42?arch=noarch&distro=fedora-42",
        "RPM fedora '' 42 2:1-1 pkg:rpm/fedora/a@1-1?arch=noarch&distro=fedora-42&epoch=2",
        "RPM rhel fedora 9.4 1-1.el9 pkg:rpm/redhat/a@1-1.el9?arch=noarch&distro=rhel-9.4",
        "RPM opensuse-leap suse 15.6 1-1 pkg:rpm/opensuse/a@1-1?arch=noarch&distro=opensuse-leap-15.6",
        "RPM bazzite fedora 42 1-1.fc42 pkg:rpm/fedora/a@1-1.fc42?arch=noarch&distro=fedora-42",
        "RPM bazzite fedora 42 1-1.fc41 pkg:rpm/fedora/a@1-1.fc41?arch=noarch",
        "RPM other rhel:fedora 9.4 1-1.el9_4 pkg:rpm/redhat/a@1-1.el9_4?arch=noarch",
        "RPM other rhel:fedora 9.4 1-1.el9.1 pkg:rpm/redhat/a@1-1.el9.1?arch=noarch&distro=rhel-9.4",
        "RPM lone nothing 1 1-1 pkg:rpm/lone/a@1-1?arch=noarch&distro=lone-1",
        "DEB debian '' 12 1:2-3 pkg:deb/debian/a@1%3A2-3?arch=noarch&distro=debian-12",
        "DEB ubuntu debian 24.04 2-3 pkg:deb/ubuntu/a@2-3?arch=noarch&distro=ubuntu-24.04",
        "DEB linuxmint ubuntu:debian 22 2-3 pkg:deb/ubuntu/a@2-3?arch=noarch",
        "PACMAN arch '' '' 1:2-3 pkg:alpm/arch/a@1%3A2-3?arch=noarch",
        "PACMAN cachyos arch '' 2-3 pkg:alpm/arch/a@2-3?arch=noarch",
        "APK alpine '' 3.22.1 2-r3 pkg:apk/alpine/a@2-r3?arch=noarch&distro=alpine-3.22.1",
        "APK wolfi '' 20230201 2-r3 pkg:apk/wolfi/a@2-r3?arch=noarch&distro=wolfi-20230201",
        "PACMAN alpine '' 3.22.1 1:2-3 pkg:alpm/a@1%3A2-3?arch=noarch",
        "DEB alpine '' 3.22.1 2-3 pkg:deb/a@2-3?arch=noarch",
        "DEB bazzite fedora 42 2-3 pkg:deb/a@2-3?arch=noarch",
        "RPM debian '' 12 2:1-1 pkg:rpm/a@1-1?arch=noarch&epoch=2",
        "APK bluefin ubuntu:debian 24.04 2-r3 pkg:apk/a@2-r3?arch=noarch",
        "RPM linux '' 42 1-1 pkg:rpm/a@1-1?arch=noarch",
        "RPM linux fedora 42 1-1.fc42 pkg:rpm/fedora/a@1-1.fc42?arch=noarch&distro=fedora-42"
      })
  void theNamespaceIsTheDistributionThatBuildsThePackages(
      PackageFormat format, String id, String like, String osVersion, String version, String url)
      throws Exception {
    OsRelease os = new OsRelease(id, List.of(like.split(":")), osVersion, "");
    assertThat(url(info(format, version, ""), os)).isEqualTo(url);
  }

  @Test
  void aDerivedDistributionIsTheNamespaceOfOtherVendorsPackages() throws Exception {
    OsRelease bazzite = new OsRelease("bazzite", List.of("fedora"), "42", "");
    assertThat(url(info(PackageFormat.RPM, "1-1.fc42", "Fedora Project"), bazzite))
        .isEqualTo("pkg:rpm/fedora/a@1-1.fc42?arch=noarch&distro=fedora-42");
    assertThat(url(info(PackageFormat.RPM, "1-1.fc42", "Fedora Copr - group ublue-os"), bazzite))
        .isEqualTo("pkg:rpm/bazzite/a@1-1.fc42?arch=noarch&distro=bazzite-42");
  }

  @Test
  void withoutAnOperatingSystemThereIsNoNamespace() {
    PackageInfo odd =
        new PackageInfo(PackageFormat.DEB, "a b/ü", "1+2~3", "", "", List.of(), 0, "", "");
    assertThat(PackageUrls.of(odd, Optional.empty()).canonicalize())
        .isEqualTo("pkg:deb/a%20b%2F_@1%2B2~3");
  }

  @Test
  void anImageIsNamedByItsDigestAndItsRepository() {
    SbomSubject subject =
        new SbomSubject(
            Optional.of("ghcr.io/me/My-OS"),
            Optional.of(DIGEST),
            Optional.empty(),
            "",
            Instant.EPOCH,
            "amd64");
    assertThat(PackageUrls.ofImage(subject, "my-os").orElseThrow().canonicalize())
        .isEqualTo(
            "pkg:oci/my-os@sha256%3A"
                + DIGEST.hex()
                + "?arch=amd64&repository_url=ghcr.io%2Fme%2FMy-OS");
  }
}
