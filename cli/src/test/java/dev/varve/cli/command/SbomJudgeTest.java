package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.core.image.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the tools of SPDX and CycloneDX find documents of {@code varve sbom} valid. */
@Tag("judge")
final class SbomJudgeTest {
  private static final String DPKG =
      """
      Package: bash
      Status: install ok installed
      Maintainer: "Doe, Jane (team)" <jane@example.org>
      Source: bash-src (5)
      Architecture: amd64
      Version: 1:5.2.15-2+b1~x

      Package: foreign
      Status: install ok installed
      Maintainer: \u00dcber <no mail>
      Architecture: all
      Version: 2
      """;

  private static final String APK =
      """
      P:expression
      V:1-r0
      A:x86_64
      L:MIT AND (GPL-2.0-only WITH Linux-syscall-note OR ISC)
      m:A Packager <p@example.org>

      P:words
      V:1-r1
      A:x86_64
      L:GPLv2+ and "public domain"

      P:reference
      V:1-r2
      A:noarch
      L:LicenseRef-Fedora-Public-Domain AND BSD-3-Clause
      """;

  @TempDir private Path directory;
  private String judge;
  private Tools tools;
  private Cli cli;
  private Digest image;

  @BeforeEach
  void writeImage() throws Exception {
    judge = System.getenv("SBOM_JUDGE");
    assumeThat(judge).as("SBOM_JUDGE, the program that .ci/newer-judges installs").isNotNull();
    tools = new Tools(directory, judge);
    cli = new Cli(directory);
    image =
        new Sample()
            .label("org.opencontainers.image.title", "My OS")
            .file("usr/lib/os-release", "ID=bluefin\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=24.04\n")
            .file("var/lib/dpkg/status", DPKG)
            .file("lib/apk/db/installed", APK)
            .writeTo(directory.resolve("os"), "a")
            .digest();
  }

  private List<String> judged(String format) throws Exception {
    Run run = cli.run("sbom", "-q", "oci:DIR/os:a", "--format", format, "-o", "DIR/sbom.json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return tools.run(judge, format, directory.resolve("sbom.json").toString()).lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spdx", "cyclonedx"})
  void theDocumentIsValidAndHasEachPackage(String format) throws Exception {
    assertThat(judged(format))
        .containsExactly(
            "bash 1:5.2.15-2+b1~x pkg:deb/ubuntu/bash@1:5.2.15-2%2Bb1~x?arch=amd64",
            "expression 1-r0 pkg:apk/expression@1-r0?arch=x86_64",
            "foreign 2 pkg:deb/ubuntu/foreign@2?arch=all",
            "my os " + image + " pkg:oci/my%20os@" + image + "?arch=amd64",
            "reference 1-r2 pkg:apk/reference@1-r2?arch=noarch",
            "words 1-r1 pkg:apk/words@1-r1?arch=x86_64");
  }

  @Test
  void theJudgeRefusesAnInvalidDocument() throws Exception {
    judged("spdx");
    Path document = directory.resolve("sbom.json");
    String text = Files.readString(document);
    Files.writeString(document, text.replace("\"SPDXRef-image\",", "\"image\","));
    assertThat(new ProcessBuilder(judge, "spdx", document.toString()).start().waitFor())
        .isNotZero();
  }
}
