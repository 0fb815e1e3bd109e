package dev.varve.core.packages.dpkg;

import static dev.varve.core.packages.dpkg.DpkgImage.stanza;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.packages.InstalledPackage;
import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dates of changelogs, and where they are in an image. */
class ChangelogTest {
  private static final String DOC = "usr/share/doc/";
  private final DpkgImage image = new DpkgImage().status(stanza("a"));

  /** Returns an entry of a day of 2026. */
  private static String entry(String day) {
    return "a (1) unstable; urgency=low\n\n  * Change -- <x> not this\n\n"
        + " -- A Name <a@example.org>  "
        + day
        + " 2026 12:00:00 +0000\n\n";
  }

  private static long noon(int dayOfYear) {
    return 1_767_225_600L + (dayOfYear - 1) * 86_400L + 43_200;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Thu, 01 Jan 1970 00:00:00 +0000 | 0",
        "Thu, 01 Jan 2026 02:30:00 +0230 | 1767225600",
        "Wed, 31 Dec 2025 19:00:00 -0500 | 1767225600",
        "Thu, 1 January 2026 0:00:00 UTC | 1767225600",
        "1 Jan 2026 | 1767225600",
        "Thu Jan  1 00:00:00 EST 2026 | 1767225600",
        "Thursday,01 Jan 2026 00:01 | 1767225660",
      })
  void aDateIsReadInManyForms(String date, long time) {
    assertThat(Changelog.time(date)).hasValue(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "Thu, 01 2026 00:00:00 +0000",
        "Thu, 32 Jan 2026 00:00:00 +0000",
        "Thu, 30 Feb 2026 00:00:00 +0000",
        "Wed, 31 Dec 1969 00:00:00 +0000",
        "Thu, 01 Jan 26",
      })
  void whatIsNoDateHasNoTime(String date) {
    assertThat(Changelog.time(date)).isEqualTo(OptionalLong.empty());
  }

  @Test
  void onlyTheLastLinesOfEntriesCount() throws IOException {
    image.gzip(
        DOC + "a/changelog.Debian.gz",
        entry("Tue, 03 Mar") + " -- nobody\n -- <x@example.org>\n" + entry("Thu, 01 Jan"));

    assertThat(image.only().changelogTimes()).containsExactly(noon(62), noon(1));
    assertThat(image.only().buildTime()).isEqualTo(noon(62));
  }

  @Test
  void entriesEndThreeYearsBeforeTheNewest() throws IOException {
    image.gzip(
        DOC + "a/changelog.Debian.gz",
        entry("Tue, 03 Mar")
            + entry("Tue, 03 Mar").replace("2026", "2024")
            + entry("Tue, 03 Mar").replace("2026", "2022")
            + entry("Thu, 01 Jan"));

    assertThat(image.only().changelogTimes()).containsExactly(noon(62), noon(62) - 730 * 86_400L);
  }

  @Test
  void aNativePackageHasItsEntriesInChangelog() throws IOException {
    image.gzip(DOC + "a/changelog.gz", entry("Thu, 01 Jan"));

    assertThat(image.only().changelogTimes()).containsExactly(noon(1));
  }

  @Test
  void theChangelogOfTheUpstreamIsNotRead() throws IOException {
    image
        .gzip(DOC + "a/changelog.gz", entry("Tue, 03 Mar"))
        .file(DOC + "a/changelog.Debian", entry("Thu, 01 Jan"));

    assertThat(image.only().changelogTimes()).containsExactly(noon(1));
  }

  @Test
  void aRebuildHasItsEntryInAChangelogOfItsArchitecture() throws IOException {
    image
        .gzip(DOC + "a/changelog.Debian.amd64.gz", entry("Tue, 03 Mar"))
        .gzip(DOC + "a/changelog.Debian.i386.gz", entry("Wed, 04 Mar"))
        .gzip(DOC + "a/changelog.Debian.gz", entry("Thu, 01 Jan"));

    assertThat(image.only().changelogTimes()).containsExactly(noon(62), noon(1));
  }

  @Test
  void aChangelogIsFoundThroughLinks() throws IOException {
    image
        .status(stanza("a"), stanza("b"), stanza("c"))
        .gzip(DOC + "a/changelog.Debian.gz", entry("Thu, 01 Jan"))
        .link(DOC + "b", "a")
        .link(DOC + "c/changelog.Debian.gz", "../b/changelog.Debian.gz");

    assertThat(image.packages())
        .extracting(InstalledPackage::buildTime)
        .containsExactly(noon(1), noon(1), noon(1));
  }

  @Test
  void aDamagedChangelogIsAsGoodAsNone() throws IOException {
    image.bytes(DOC + "a/changelog.Debian.gz", "\u001f\u008b\u0008 damaged");

    assertThat(image.only().changelogTimes()).isEmpty();
    assertThat(image.only().buildTime()).isZero();
    assertThat(image.leftOut).isEmpty();
  }

  @Test
  void aLinkToItselfIsNoChangelog() throws IOException {
    image.link(DOC + "a/changelog.Debian.gz", "changelog.Debian.gz").link(DOC + "a/changelog", "/");

    assertThat(image.only().changelogTimes()).isEmpty();
  }
}
