package dev.varve.core.packages.dpkg;

import static dev.varve.core.packages.dpkg.DpkgImage.paths;
import static dev.varve.core.packages.dpkg.DpkgImage.stanza;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpkgPackagesTest {
  private static final String INFO = "var/lib/dpkg/info/";
  private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";
  private static final String OTHER_MD5 = "0123456789abcdef0123456789abcdef";

  private final DpkgImage image = new DpkgImage();

  @ParameterizedTest
  @ValueSource(strings = {"var/lib/dpkg", "usr/lib/sysimage/dpkg"})
  void theDatabaseIsFoundInEachDirectory(String directory) throws IOException {
    image.file(directory + "/status", stanza("bash")).file(directory + "/info/bash.list", "/a\n");

    assertThat(image.database().title()).isEqualTo("the dpkg database /" + directory);
    assertThat(paths(image.only())).containsExactly("a", directory + "/info/bash.list");
  }

  @Test
  void aDatabaseThatWasMovedIsFoundThroughTheLinkToIt() throws IOException {
    image
        .link("var/lib/dpkg", "../../usr/share/db/dpkg")
        .file("usr/share/db/dpkg/status", stanza("bash"))
        .file("usr/share/db/dpkg/info/bash.list", "/usr/bin/bash\n");

    assertThat(image.database().title()).isEqualTo("the dpkg database /usr/share/db/dpkg");
    assertThat(paths(image.only()))
        .containsExactly("usr/bin/bash", "usr/share/db/dpkg/info/bash.list");
  }

  @Test
  void aDirectoryOrALinkToNothingIsNoDatabase() {
    image.file("var/lib/dpkg/status/x", "").link("usr/lib/sysimage/dpkg", "dpkg");

    assertThat(image.hasDatabase()).isFalse();
  }

  @Test
  void aPackageHasItsVersionArchitectureAndSource() throws IOException {
    image.status(
        stanza("bash", "Source: bash (5.2-1)", "Description: a shell", " with: a colon", " ."),
        "Package: tzdata\nStatus: install ok installed\nVersion: 0:2026a-1\nArchitecture: all\n",
        """
        Package: gcc
        Status: hold ok installed
        Version: 4:12.2.0-3+b1
        Architecture: amd64
        Source: gcc-defaults (1.203)
        """);

    assertThat(image.packages())
        .extracting(
            InstalledPackage::format,
            InstalledPackage::name,
            InstalledPackage::version,
            InstalledPackage::arch,
            InstalledPackage::source,
            InstalledPackage::buildTime)
        .containsExactly(
            tuple(PackageFormat.DEB, "bash", "1.0-1", "amd64", "bash", 0L),
            tuple(PackageFormat.DEB, "tzdata", "2026a-1", "all", "tzdata", 0L),
            tuple(PackageFormat.DEB, "gcc", "4:12.2.0-3+b1", "amd64", "gcc-defaults", 0L));
    assertThat(image.leftOut).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "install ok installed, true",
    "hold ok installed, true",
    "install ok triggers-pending, true",
    "install ok triggers-awaited, true",
    "install ok half-configured, true",
    "install ok unpacked, true",
    "install reinstreq half-installed, false",
    "deinstall ok config-files, false",
    "purge ok not-installed, false",
  })
  void aPackageIsInstalledIfItsFilesAreInPlace(String status, boolean installed)
      throws IOException {
    image.status("Package: a\nStatus: " + status + "\nVersion: 1\nArchitecture: amd64\n");

    assertThat(image.packages()).hasSize(installed ? 1 : 0);
    assertThat(image.leftOut).isEmpty();
  }

  @Test
  void aPackageThatIsNotInstalledNeedsNoVersion() throws IOException {
    image.status("Package: a\nStatus: purge ok not-installed\n", stanza("b"));

    assertThat(image.names()).containsExactly("b");
    assertThat(image.leftOut).isEmpty();
  }

  @Test
  void theListNamesTheFilesAndTheDigestsAreBesideIt() throws IOException {
    image
        .status(stanza("tools", "Conffiles:", " /etc/tools.conf " + OTHER_MD5))
        .bytes(
            INFO + "tools.list",
            "/.\n/etc\n/etc/tools.conf\n/usr\n/usr/bin\n/usr/bin/tool\n/usr/share/empty\n"
                + "/usr/share/caf\u00e9\n/usr/bin/link")
        .file(INFO + "tools.md5sums", MD5 + "  usr/bin/tool\n");

    assertThat(image.only().files())
        .containsExactly(
            file("etc/tools.conf", OTHER_MD5),
            file("usr/bin/tool", MD5),
            file("usr/share/empty", ""),
            file("usr/share/caf\uDCE9", ""),
            file("usr/bin/link", ""),
            file(INFO + "tools.list", ""),
            file(INFO + "tools.md5sums", ""));
  }

  @Test
  void flagsOfConfigurationFilesAreNoDigests() throws IOException {
    image
        .status(
            stanza(
                "a",
                "Conffiles:",
                " /etc/new newconffile",
                " /etc/removed newconffile remove-on-upgrade",
                " /etc/old " + MD5 + " obsolete",
                " /etc/both " + MD5 + " obsolete remove-on-upgrade",
                " relative " + MD5,
                " /etc/short"))
        .file(INFO + "a.list", "/etc/new\n/etc/old\n/etc/both\n/etc/short\n/relative\n");

    assertThat(image.only().files())
        .startsWith(
            file("etc/new", ""),
            file("etc/old", MD5),
            file("etc/both", MD5),
            file("etc/short", ""),
            file("relative", ""));
  }

  @Test
  void withoutAListTheDigestsNameTheFiles() throws IOException {
    image
        .status(stanza("a"))
        .file(
            INFO + "a.md5sums",
            MD5 + "  usr/a\n" + MD5 + " */usr/b\n" + MD5 + "  ./usr/c\n" + "x  usr/d\nno digest\n");

    assertThat(paths(image.only())).containsExactly("usr/a", "usr/b", "usr/c", INFO + "a.md5sums");
  }

  @Test
  void aPackageMayHaveNeitherAListNorDigests() throws IOException {
    image.status(stanza("a"));

    assertThat(image.only().files()).isEmpty();
  }

  @Test
  void pathsThatAreNotBelowTheRootAreLeftOut() throws IOException {
    image
        .status(stanza("a"))
        .file(INFO + "a.list", "/.\n/\n\n/a/../b\n//c\n/d/\n/e\nf\n" + "/g".repeat(5000) + "\n");

    assertThat(paths(image.only()))
        .containsExactly("e", "f", "g" + "/g".repeat(4999), INFO + "a.list");
  }

  @Test
  void aPackageForSeveralArchitecturesHasThemInItsFilesNames() throws IOException {
    image
        .status(
            stanza("libc6", "Multi-Arch: same"),
            stanza("libc6", "Multi-Arch: same").replace("amd64", "i386"))
        .file(INFO + "libc6:amd64.list", "/lib/x86_64-linux-gnu/libc.so.6\n")
        .file(INFO + "libc6:i386.list", "/lib/i386-linux-gnu/libc.so.6\n")
        .file(INFO + "libc6:i386.postinst", "");

    assertThat(image.packages())
        .extracting(InstalledPackage::arch, DpkgImage::paths)
        .containsExactly(
            tuple("amd64", List.of("lib/x86_64-linux-gnu/libc.so.6", INFO + "libc6:amd64.list")),
            tuple(
                "i386",
                List.of(
                    "lib/i386-linux-gnu/libc.so.6",
                    INFO + "libc6:i386.list",
                    INFO + "libc6:i386.postinst")));
  }

  @Test
  void filesOfAnOldDatabaseAreFoundWithoutTheirArchitecture() throws IOException {
    image.status(stanza("libc6", "Multi-Arch: same")).file(INFO + "libc6.list", "/lib/libc.so.6\n");

    assertThat(paths(image.only())).containsExactly("lib/libc.so.6", INFO + "libc6.list");
  }

  @Test
  void aDivertedPathBelongsToThePackageThatDivertedIt() throws IOException {
    image
        .status(stanza("dash"), stanza("bash"), stanza("other"))
        .file(INFO + "dash.list", "/bin/sh\n")
        .file(INFO + "bash.list", "/bin/sh\n/etc/motd\n")
        .file(INFO + "bash.md5sums", MD5 + "  bin/sh\n")
        .file(INFO + "other.list", "/etc/issue\n")
        .file(
            "var/lib/dpkg/diversions",
            """
            /bin/sh
            /bin/sh.distrib
            dash
            /etc/motd
            /etc/motd.real
            :
            /etc/issue
            /etc/../issue
            :
            """);

    assertThat(image.packages())
        .extracting(each -> each.files().get(0))
        .containsExactly(file("bin/sh", ""), file("bin/sh.distrib", MD5), file("etc/issue", ""));
    assertThat(paths(image.packages().get(1))).contains("etc/motd.real");
  }

  @Test
  void anImageWithoutDpkgHasAFileForEachPackage() throws IOException {
    image
        .file("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\nArchitecture: all\n")
        .file("var/lib/dpkg/status.d/base.md5sums", MD5 + "  etc/debian_version\n")
        .file("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2026a\n\n");

    assertThat(image.packages())
        .extracting(InstalledPackage::name, DpkgImage::paths)
        .containsExactly(
            tuple(
                "base-files",
                List.of(
                    "etc/debian_version",
                    "var/lib/dpkg/status.d/base",
                    "var/lib/dpkg/status.d/base.md5sums")),
            tuple(
                "tzdata",
                List.of("var/lib/dpkg/status.d/tzdata", "var/lib/dpkg/status.d/tzdata.md5sums")));
  }

  @Test
  void anEmptyDatabaseHasNoPackages() throws IOException {
    image.status("\n\n");

    assertThat(image.packages()).isEmpty();
    assertThat(image.leftOut).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no field | line 3 of /var/lib/dpkg/status: expected a field, a colon and a value",
        "' value' | line 3 of /var/lib/dpkg/status: expected a field at the start of the stanza, got a space",
        "': value' | line 3 of /var/lib/dpkg/status: expected a field, a colon and a value",
        "Version: 1 | line 3 of /var/lib/dpkg/status: expected the name of a package, got none",
        "Package: ../a | line 3 of /var/lib/dpkg/status: expected the name of a package, got \"../a\"",
        "Package: b | package b, line 3 of /var/lib/dpkg/status: expected a version, got none",
      })
  void aStanzaThatCannotBeReadIsLeftOut(String stanza, String problem) throws IOException {
    image.file("var/lib/dpkg/status", "\n\n" + stanza + "\n\n" + stanza("a"));

    assertThat(image.names()).containsExactly("a");
    assertThat(image.leftOut).containsExactly(problem);
  }

  @Test
  void aPackageThatIsListedTwiceIsReadOnce() throws IOException {
    image.status(stanza("a"), stanza("a"), stanza("a").replace("amd64", "i386"));

    assertThat(image.packages())
        .extracting(InstalledPackage::arch)
        .containsExactly("amd64", "i386");
    assertThat(image.leftOut)
        .containsExactly(
            "package a, line 6 of /var/lib/dpkg/status: expected a package for each architecture"
                + " once, got another one");
  }

  @Test
  void aDatabaseOfWhichNothingCanBeReadIsRefused() {
    image.file("var/lib/dpkg/status", "\u0000\u0001\n");

    assertThatThrownBy(image::packages)
        .isExactlyInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessage(
            "reading the dpkg database /var/lib/dpkg: none of its packages can be read; line 1 of"
                + " /var/lib/dpkg/status: expected a field, a colon and a value; run `dpkg-query"
                + " -W` in the image's build to see whether dpkg can read it");
  }

  @Test
  void anIncompleteDiversionIsRefused() {
    image.status(stanza("a")).file("var/lib/dpkg/diversions", "/a\n/b\n:\n/c\n/d\n");

    assertThatThrownBy(image::packages)
        .isExactlyInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageStartingWith(
            "reading the dpkg database /var/lib/dpkg: /var/lib/dpkg/diversions, line 5: expected"
                + " 3 lines for a diversion, got the end; run `dpkg-query -W`");
  }

  @Test
  void moreDiversionsThanAnySystemHasAreRefused() {
    StringBuilder diversions = new StringBuilder();
    for (int i = 0; i <= Diversions.MAX_DIVERSIONS; i++) {
      diversions.append("/").append(i).append("\n/to\n:\n");
    }
    image.status(stanza("a")).file("var/lib/dpkg/diversions", diversions.toString());

    assertThatThrownBy(image::packages)
        .isExactlyInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageContaining("line 300001: expected at most 100000 diversions;");
  }

  @Test
  void moreStanzasThanDebianHasPackagesAreRefused() {
    image.status("x\n\n".repeat(DpkgPackages.MAX_STANZAS + 1));

    assertThatThrownBy(image::packages)
        .isExactlyInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageContaining(": /var/lib/dpkg/status: expected at most 100000 stanzas;");
  }

  @Test
  void aPackageWithMoreConfigurationFilesThanAnyIsLeftOut() throws IOException {
    StringBuilder conffiles = new StringBuilder("Conffiles:");
    for (int i = 0; i <= StanzaReader.MAX_CONFFILES; i++) {
      conffiles.append("\n /etc/").append(i).append(' ').append(MD5);
    }
    image.status(stanza("a", conffiles.toString()), stanza("b"));

    assertThat(image.names()).containsExactly("b");
    assertThat(image.leftOut)
        .containsExactly(
            "package a, line 100006 of /var/lib/dpkg/status: expected at most 100000 configuration"
                + " files");
  }

  @Test
  void aFileThatIsTooLargeIsRefused() {
    image.status("a".repeat((int) ImageFiles.MAX_FILE + 1));

    assertThatThrownBy(image::packages)
        .isExactlyInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageContaining(
            ": /var/lib/dpkg/status: expected at most 67108864 bytes, got 67108865;");
  }

  @Test
  void anExceptionOfTheConsumerIsThrownUnchanged() {
    image.status(stanza("a"));

    assertThatThrownBy(
            () ->
                image
                    .database()
                    .read(
                        each -> {
                          throw new NoSuchElementException(each.name());
                        },
                        problem -> {}))
        .isExactlyInstanceOf(NoSuchElementException.class)
        .hasMessage("a");
  }

  private static PackageFile file(String path, String md5) {
    Optional<FileDigest> digest = FileDigest.of(Algorithm.MD5, md5);
    PackageFile bare = new PackageFile(path);
    return new PackageFile(path, bare.mode(), "", "", bare.mtime(), digest, "", "");
  }
}
