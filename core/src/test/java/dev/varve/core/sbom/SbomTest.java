package dev.varve.core.sbom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.packageurl.PackageURL;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.packages.OsRelease;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.state.Inventory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.spdx.jacksonstore.MultiFormatStore;
import org.spdx.storage.simple.InMemSpdxStore;

final class SbomTest {
  private static final Digest DIGEST = Digest.of(new byte[0]);
  private static final OsRelease FEDORA =
      new OsRelease("fedora", List.of(), "42", "Fedora Linux 42");
  private static final SbomSubject IMAGE =
      new SbomSubject(
          Optional.of("ghcr.io/me/my-os"),
          Optional.of(DIGEST),
          Optional.empty(),
          "",
          Instant.parse("2025-10-10T12:00:00.5Z"),
          "amd64");

  private static PackageInfo rpm(String name, String version, String license) {
    String source = name + "-" + version + ".src.rpm";
    return new PackageInfo(
        PackageFormat.RPM,
        name,
        version,
        "x86_64",
        source,
        List.of(),
        0,
        license,
        "Fedora Project");
  }

  private static PackageInfo deb(String name, String supplier) {
    return new PackageInfo(
        PackageFormat.DEB, name, "1:2-3", "amd64", name, List.of(), 0, "", supplier);
  }

  private static Sbom sbom(PackageInfo... packages) {
    return new Sbom(IMAGE, new Inventory(List.of(packages), Optional.of(FEDORA)), "1.0");
  }

  private static String spdx(Sbom sbom) throws Exception {
    byte[] bytes = sbom.toBytes(SbomFormat.SPDX);
    MultiFormatStore store =
        new MultiFormatStore(new InMemSpdxStore(), MultiFormatStore.Format.JSON);
    assertThat(store.deSerialize(new ByteArrayInputStream(bytes), false).verify())
        .allMatch(problem -> problem.contains(" is deprecated."));
    return new String(bytes, UTF_8);
  }

  private static String cycloneDx(Sbom sbom) throws Exception {
    byte[] bytes = sbom.toBytes(SbomFormat.CYCLONEDX);
    assertThat(new JsonParser().validate(bytes, Version.VERSION_16)).isEmpty();
    return new String(bytes, UTF_8);
  }

  private static List<JsonObject> packages(Sbom sbom) throws Exception {
    return JsonObject.parse(spdx(sbom).getBytes(UTF_8), "spdx").objects("packages");
  }

  private static JsonObject named(String name, List<JsonObject> all) throws IOException {
    for (JsonObject each : all) {
      if (each.string("name").equals(name)) {
        return each;
      }
    }
    throw new AssertionError("expected " + name + " in " + all);
  }

  private static List<JsonObject> components(Sbom sbom) throws Exception {
    return JsonObject.parse(cycloneDx(sbom).getBytes(UTF_8), "bom").objects("components");
  }

  @Test
  void spdxNamesTheImageAndItsPackages() throws Exception {
    assertThat(spdx(sbom(rpm("bash", "5.2-1.fc42", "GPL-3.0-or-later"))))
        .isEqualTo(
            """
            {
              "SPDXID" : "SPDXRef-DOCUMENT",
              "spdxVersion" : "SPDX-2.3",
              "creationInfo" : {
                "created" : "2025-10-10T12:00:00Z",
                "creators" : [ "Tool: varve-1.0" ]
              },
              "name" : "ghcr.io/me/my-os",
              "dataLicense" : "CC0-1.0",
              "documentNamespace" : "https://spdx.org/spdxdocs/my-os-4475ef9c-ee84-3d11-8605-507e87e1bdbf",
              "packages" : [ {
                "SPDXID" : "SPDXRef-image",
                "checksums" : [ {
                  "algorithm" : "SHA256",
                  "checksumValue" : "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                } ],
                "copyrightText" : "NOASSERTION",
                "downloadLocation" : "NOASSERTION",
                "externalRefs" : [ {
                  "referenceCategory" : "PACKAGE-MANAGER",
                  "referenceLocator" : "pkg:oci/my-os@sha256%3Ae3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855?arch=amd64&repository_url=ghcr.io%2Fme%2Fmy-os",
                  "referenceType" : "purl"
                } ],
                "filesAnalyzed" : false,
                "licenseConcluded" : "NOASSERTION",
                "licenseDeclared" : "NOASSERTION",
                "name" : "my-os",
                "primaryPackagePurpose" : "CONTAINER",
                "versionInfo" : "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
              }, {
                "SPDXID" : "SPDXRef-os",
                "copyrightText" : "NOASSERTION",
                "description" : "Fedora Linux 42",
                "downloadLocation" : "NOASSERTION",
                "filesAnalyzed" : false,
                "licenseConcluded" : "NOASSERTION",
                "licenseDeclared" : "NOASSERTION",
                "name" : "fedora",
                "primaryPackagePurpose" : "OPERATING_SYSTEM",
                "versionInfo" : "42"
              }, {
                "SPDXID" : "SPDXRef-rpm-bash-721b8cdfbc77",
                "copyrightText" : "NOASSERTION",
                "downloadLocation" : "NOASSERTION",
                "externalRefs" : [ {
                  "referenceCategory" : "PACKAGE-MANAGER",
                  "referenceLocator" : "pkg:rpm/fedora/bash@5.2-1.fc42?arch=x86_64&distro=fedora-42",
                  "referenceType" : "purl"
                } ],
                "filesAnalyzed" : false,
                "licenseConcluded" : "NOASSERTION",
                "licenseDeclared" : "GPL-3.0-or-later",
                "name" : "bash",
                "sourceInfo" : "built from bash-5.2-1.fc42.src.rpm",
                "supplier" : "Organization: Fedora Project",
                "versionInfo" : "5.2-1.fc42"
              } ],
              "relationships" : [ {
                "spdxElementId" : "SPDXRef-DOCUMENT",
                "relationshipType" : "DESCRIBES",
                "relatedSpdxElement" : "SPDXRef-image"
              }, {
                "spdxElementId" : "SPDXRef-image",
                "relationshipType" : "CONTAINS",
                "relatedSpdxElement" : "SPDXRef-os"
              }, {
                "spdxElementId" : "SPDXRef-image",
                "relationshipType" : "CONTAINS",
                "relatedSpdxElement" : "SPDXRef-rpm-bash-721b8cdfbc77"
              } ]
            }
            """);
  }

  @Test
  void cycloneDxNamesTheImageAndItsPackages() throws Exception {
    assertThat(cycloneDx(sbom(rpm("bash", "5.2-1.fc42", "GPL-3.0-or-later"))))
        .isEqualTo(
            """
            {
              "bomFormat" : "CycloneDX",
              "specVersion" : "1.6",
              "serialNumber" : "urn:uuid:4475ef9c-ee84-3d11-8605-507e87e1bdbf",
              "version" : 1,
              "metadata" : {
                "timestamp" : "2025-10-10T12:00:00Z",
                "tools" : {
                  "components" : [
                    {
                      "type" : "application",
                      "name" : "varve",
                      "version" : "1.0"
                    }
                  ]
                },
                "component" : {
                  "type" : "container",
                  "bom-ref" : "image",
                  "name" : "my-os",
                  "version" : "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "hashes" : [
                    {
                      "alg" : "SHA-256",
                      "content" : "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                    }
                  ],
                  "purl" : "pkg:oci/my-os@sha256%3Ae3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855?arch=amd64&repository_url=ghcr.io%2Fme%2Fmy-os"
                }
              },
              "components" : [
                {
                  "type" : "operating-system",
                  "bom-ref" : "os",
                  "name" : "fedora",
                  "version" : "42",
                  "description" : "Fedora Linux 42"
                },
                {
                  "type" : "library",
                  "bom-ref" : "pkg:rpm/fedora/bash@5.2-1.fc42?arch=x86_64&distro=fedora-42",
                  "supplier" : {
                    "name" : "Fedora Project"
                  },
                  "name" : "bash",
                  "version" : "5.2-1.fc42",
                  "licenses" : [
                    {
                      "expression" : "GPL-3.0-or-later"
                    }
                  ],
                  "purl" : "pkg:rpm/fedora/bash@5.2-1.fc42?arch=x86_64&distro=fedora-42",
                  "properties" : [
                    {
                      "name" : "dev.varve:source",
                      "value" : "bash-5.2-1.fc42.src.rpm"
                    }
                  ]
                }
              ]
            }
            """);
  }

  @Test
  void theSameImageGivesTheSameBytesInAnyOrderOfThePackages() throws Exception {
    List<PackageInfo> packages = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      packages.add(
          rpm("p" + i, i + "-1", i % 3 == 0 ? "MIT AND (BSD-3-Clause OR ISC)" : "GPL v" + i));
      packages.add(deb("d" + i, "A <a@example.org>"));
    }
    Sbom first = sbom(packages.toArray(PackageInfo[]::new));
    Collections.reverse(packages);
    Sbom second = sbom(packages.toArray(PackageInfo[]::new));
    for (SbomFormat format : SbomFormat.values()) {
      assertThat(second.toBytes(format)).isEqualTo(first.toBytes(format));
    }
    assertThat(first.size()).isEqualTo(80);
  }

  @Test
  void anotherImageOrRepositoryHasAnotherIdentifier() {
    Inventory none = new Inventory(List.of(), Optional.empty());
    SbomSubject other =
        new SbomSubject(
            IMAGE.repository(),
            Optional.of(Digest.of(new byte[1])),
            Optional.empty(),
            "",
            IMAGE.created(),
            "amd64");
    SbomSubject moved =
        new SbomSubject(
            Optional.of("quay.io/me/my-os"),
            IMAGE.digest(),
            Optional.empty(),
            "",
            IMAGE.created(),
            "amd64");
    assertThat(List.of(IMAGE, other, moved))
        .extracting(subject -> new Sbom(subject, none, "1.0").uuid())
        .doesNotHaveDuplicates();
    assertThat(new Sbom(IMAGE, none, "1.0").uuid()).isEqualTo(sbom(deb("a", "")).uuid());
  }

  @Test
  void filesWithoutAManifestAreIdentifiedByTheirPackages() throws Exception {
    SbomSubject files =
        new SbomSubject(
            Optional.empty(), Optional.empty(), Optional.empty(), "", Instant.EPOCH, "amd64");
    Sbom one = new Sbom(files, new Inventory(List.of(deb("a", "")), Optional.empty()), "1.0");
    Sbom two = new Sbom(files, new Inventory(List.of(deb("b", "")), Optional.empty()), "1.0");
    assertThat(one.uuid()).isNotEqualTo(two.uuid());
    assertThat(one.name()).isEqualTo("image");
    assertThat(named("image", packages(one)).names()).doesNotContain("externalRefs", "checksums");
    assertThat(cycloneDx(one)).contains("\"type\" : \"container\"").doesNotContain("pkg:oci");
  }

  @Test
  void licensesThatAreNoExpressionsKeepTheirText() throws Exception {
    Sbom sbom =
        sbom(
            rpm("old", "1-1", "GPLv2+ and MIT"),
            rpm("named", "1-1", "LicenseRef-Fedora-Public-Domain AND mit"),
            rpm("with", "1-1", "GPL-2.0-only WITH Linux-syscall-note OR Apache-2.0"),
            rpm("foreign", "1-1", "DocumentRef-a:LicenseRef-b"),
            rpm("none", "1-1", ""));
    String reference = Licenses.reference("GPLv2+ and MIT");
    List<JsonObject> all = packages(sbom);
    assertThat(named("old", all).string("licenseDeclared")).isEqualTo(reference);
    assertThat(named("none", all).string("licenseDeclared")).isEqualTo("NOASSERTION");
    assertThat(named("with", all).string("licenseDeclared"))
        .isIn(
            "(GPL-2.0-only WITH Linux-syscall-note OR Apache-2.0)",
            "(Apache-2.0 OR GPL-2.0-only WITH Linux-syscall-note)");
    List<JsonObject> texts =
        JsonObject.parse(spdx(sbom).getBytes(UTF_8), "spdx").objects("hasExtractedLicensingInfos");
    assertThat(texts)
        .extracting(each -> each.string("licenseId") + "=" + each.string("extractedText"))
        .containsExactlyInAnyOrder(
            reference + "=GPLv2+ and MIT",
            Licenses.reference("DocumentRef-a:LicenseRef-b") + "=DocumentRef-a:LicenseRef-b",
            "LicenseRef-Fedora-Public-Domain=LicenseRef-Fedora-Public-Domain");
    List<JsonObject> components = components(sbom);
    assertThat(named("old", components).objects("licenses").get(0).object("license").string("name"))
        .isEqualTo("GPLv2+ and MIT");
    assertThat(named("with", components).objects("licenses").get(0).string("expression"))
        .isEqualTo("GPL-2.0-only WITH Linux-syscall-note OR Apache-2.0");
  }

  private static String declared(String license) throws Exception {
    return named("a", packages(sbom(rpm("a", "1-1", license)))).string("licenseDeclared");
  }

  private static List<JsonObject> componentLicenses(String license) throws Exception {
    return named("a", components(sbom(rpm("a", "1-1", license)))).objects("licenses");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GPL-2.0+", "LGPL-2.1+", "Apache-2.0+", "GPL-2.0", "eCos-2.0", "Net-SNMP"})
  void deprecatedAndLaterLicensesAreExpressions(String license) throws Exception {
    assertThat(declared(license)).isEqualTo(license);
    assertThat(componentLicenses(license).get(0).string("expression")).isEqualTo(license);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"LicenseRef-foo+", "MIT AND LicenseRef-foo+", "DocumentRef-a:LicenseRef-b+"})
  void aReferenceHasNoLaterVersions(String license) throws Exception {
    assertThat(declared(license)).isEqualTo(Licenses.reference(license));
    assertThat(componentLicenses(license).get(0).object("license").string("name"))
        .isEqualTo(license);
  }

  @Test
  void noLicenseAndNoAssertionAreNoTexts() throws Exception {
    assertThat(declared("NONE")).isEqualTo("NONE");
    assertThat(declared("NOASSERTION")).isEqualTo("NOASSERTION");
    String spdx = spdx(sbom(rpm("a", "1-1", "NONE"), rpm("b", "1-1", "NOASSERTION")));
    assertThat(spdx).doesNotContain("LicenseRef", "hasExtractedLicensingInfos");
    assertThat(componentLicenses("NONE").get(0).object("license").string("name")).isEqualTo("NONE");
    List<JsonObject> components = components(sbom(rpm("a", "1-1", "NOASSERTION")));
    assertThat(named("a", components).names()).doesNotContain("licenses");
  }

  @Test
  void hugeExpressionsAreTexts() throws Exception {
    List<String> huge =
        List.of(
            "(".repeat(3000) + "MIT" + ")".repeat(3000),
            "(".repeat(51) + "MIT" + ")".repeat(51),
            "(".repeat(100_000),
            ")".repeat(100_000),
            "MIT AND ".repeat(3000) + "ISC",
            "(MIT OR ".repeat(3000) + "ISC" + ")".repeat(3000),
            "MIT WITH ".repeat(3000) + "MIT",
            "LicenseRef-a OR ".repeat(3000) + "MIT",
            "+".repeat(100_000));
    for (String license : huge) {
      assertThat(declared(license)).isEqualTo(Licenses.reference(license));
      assertThat(componentLicenses(license).get(0).object("license").string("name"))
          .isEqualTo(license);
    }
    String deep = "(".repeat(50) + "MIT" + ")".repeat(50);
    assertThat(declared(deep)).isEqualTo("MIT");
    String wide = "MIT AND ".repeat(249) + "ISC";
    assertThat(declared(wide)).isIn("(MIT AND ISC)", "(ISC AND MIT)");
    assertThat(componentLicenses(wide).get(0).string("expression")).isEqualTo(wide);
  }

  @ParameterizedTest
  @CsvSource({
    "1582-10-15T00:00:00Z, 1582-10-15T00:00:00Z",
    "1969-12-31T23:59:59Z, 1969-12-31T23:59:59Z",
    "1582-10-14T23:59:59Z,",
    "0001-01-01T00:00:00Z,"
  })
  void theTimeIsRightOrLeftOut(Instant created, String timestamp) throws Exception {
    SbomSubject subject =
        new SbomSubject(
            Optional.empty(), Optional.of(DIGEST), Optional.empty(), "", created, "amd64");
    Sbom sbom = new Sbom(subject, new Inventory(List.of(), Optional.empty()), "1.0");
    assertThat(spdx(sbom)).contains("\"created\" : \"" + created + "\"");
    JsonObject metadata =
        JsonObject.parse(cycloneDx(sbom).getBytes(UTF_8), "bom").object("metadata");
    if (timestamp == null) {
      assertThat(metadata.names()).doesNotContain("timestamp");
    } else {
      assertThat(metadata.string("timestamp")).isEqualTo(timestamp);
    }
  }

  @Test
  void suppliersArePersonsOrVendors() throws Exception {
    List<JsonObject> all =
        packages(
            sbom(
                rpm("a", "1-1", ""),
                deb("b", "Debian Bash Maintainers <bash@example.org>"),
                deb("c", "\"Doe, Jane (team)\" <jane@example.org>"),
                deb("d", "Unknown Packager")));
    assertThat(named("a", all).string("supplier")).isEqualTo("Organization: Fedora Project");
    assertThat(named("b", all).string("supplier"))
        .isEqualTo("Person: Debian Bash Maintainers (bash@example.org)");
    assertThat(named("c", all).string("supplier"))
        .isEqualTo("Person: Doe, Jane (team) (jane@example.org)");
    assertThat(named("d", all).names()).doesNotContain("supplier");
  }

  @Test
  void keysAreLeftOutAndTwoArchitecturesOfAPackageAreTwo() throws Exception {
    PackageInfo amd64 = deb("lib", "");
    PackageInfo i386 =
        new PackageInfo(PackageFormat.DEB, "lib", "1:2-3", "i386", "lib", List.of(), 0);
    Sbom sbom = sbom(rpm("gpg-pubkey", "1-1", "pubkey"), amd64, i386, amd64);
    assertThat(sbom.size()).isEqualTo(2);
    assertThat(components(sbom)).hasSize(3);
    for (JsonObject each : components(sbom).subList(1, 3)) {
      assertThat(new PackageURL(each.string("purl")).canonicalize())
          .isEqualTo(each.string("bom-ref"));
    }
  }

  @Test
  void oddTextOfAnImageStaysValid() throws Exception {
    PackageInfo odd =
        new PackageInfo(
            PackageFormat.DEB,
            "a\u0001\uDCFF\"<b>\u202E",
            "1\n2",
            "\t",
            "s\u0000",
            List.of(),
            0,
            "x\u0007\uDC80",
            "y\u001B[31m <z@\u0001>");
    Sbom sbom =
        new Sbom(
            new SbomSubject(
                Optional.empty(),
                Optional.of(DIGEST),
                Optional.empty(),
                "T\u0001 Ü",
                Instant.EPOCH,
                "amd64"),
            new Inventory(
                List.of(odd), Optional.of(new OsRelease("i d\u0001", List.of(), "\u0002", "\n"))),
            "1.0");
    assertThat(spdx(sbom)).contains("a\uFFFD?\\\"<b>\uFFFD");
    assertThat(cycloneDx(sbom)).contains("a\uFFFD?\\\"<b>\uFFFD");
  }
}
