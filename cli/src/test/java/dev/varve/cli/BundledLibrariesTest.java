package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.varve.core.image.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Tests what {@code varve.jar} says of the libraries in it: the bill of materials of a release, and
 * the licenses in the jar.
 *
 * @see <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6</a>
 */
final class BundledLibrariesTest {
  private static final Path TARGET = Documents.ROOT.resolve("cli/target");
  private static final String LICENSES = "META-INF/licenses/";

  /**
   * A line of the list of licenses.
   *
   * @param library the groupId and artifactId
   * @param part what the line is about if it is a part of the library, otherwise an empty string
   */
  private record Listed(String library, String part, String license, String file) {
    static Listed parse(String line) {
      String[] columns = line.split(" {2,}");
      assertThat(columns).as(line).hasSize(3);
      String[] names = columns[0].split(", ", 2);
      return new Listed(names[0], names.length == 2 ? names[1] : "", columns[1], columns[2]);
    }
  }

  private static JarFile varve() throws Exception {
    return new JarFile(TARGET.resolve("varve.jar").toFile());
  }

  private static List<JsonObject> components() throws Exception {
    Path file = TARGET.resolve("varve.cdx.json");
    assumeThat(
            Files.exists(file)
                && Files.getLastModifiedTime(file)
                        .compareTo(Files.getLastModifiedTime(TARGET.resolve("varve.jar")))
                    >= 0)
        .as("a bill of materials of this jar, which an offline build does not make")
        .isTrue();
    JsonObject bill = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    assertThat(bill.get("bomFormat").getAsString()).isEqualTo("CycloneDX");
    List<JsonObject> components = new ArrayList<>();
    for (JsonElement each : bill.getAsJsonArray("components")) {
      components.add(each.getAsJsonObject());
    }
    return components;
  }

  private static String value(JsonObject component, String name) {
    assertThat(component.has(name)).as(name + " of " + component).isTrue();
    return component.get(name).getAsString();
  }

  private static String library(JsonObject component) {
    return value(component, "group") + ":" + value(component, "name");
  }

  /** Returns the SPDX identifiers of the licenses; an empty string for a license without one. */
  private static Set<String> licenses(JsonObject component) {
    Set<String> licenses = new TreeSet<>();
    for (JsonElement each : component.getAsJsonArray("licenses")) {
      JsonObject license = each.getAsJsonObject().getAsJsonObject("license");
      licenses.add(license.has("id") ? license.get("id").getAsString() : "");
    }
    return licenses;
  }

  private static String sha256(JsonObject component) {
    for (JsonElement each : component.getAsJsonArray("hashes")) {
      if (value(each.getAsJsonObject(), "alg").equals("SHA-256")) {
        return value(each.getAsJsonObject(), "content");
      }
    }
    throw new AssertionError("expected a SHA-256 of " + component);
  }

  /** Returns the artifact of a component: in Maven's repository, or in the module that makes it. */
  private static Path artifact(JsonObject component) {
    String name = value(component, "name");
    String file = name + "-" + value(component, "version") + ".jar";
    if (value(component, "group").equals("dev.varve")) {
      return Documents.ROOT
          .resolve(name.substring("varve-".length()))
          .resolve("target")
          .resolve(file);
    }
    return repository()
        .resolve(value(component, "group").replace('.', '/'))
        .resolve(name)
        .resolve(value(component, "version"))
        .resolve(file);
  }

  /** Returns Maven's local repository, which JUnit was loaded from. */
  private static Path repository() {
    Path junit = Path.of(Test.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    // The jar is org/junit/jupiter/junit-jupiter-api/VERSION/junit-jupiter-api-VERSION.jar in the
    // repository.
    return junit.resolve("../".repeat(6)).normalize();
  }

  private static List<Listed> listed() throws Exception {
    try (JarFile jar = varve()) {
      return text(jar, LICENSES + "README")
          .lines()
          .filter(line -> line.matches("[a-z0-9.-]+:\\S.*"))
          .map(Listed::parse)
          .toList();
    }
  }

  private static String text(JarFile jar, String name) throws Exception {
    assertThat(jar.getEntry(name)).as(name).isNotNull();
    try (var in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static List<String> files(JarFile jar) {
    return jar.stream().filter(each -> !each.isDirectory()).map(each -> each.getName()).toList();
  }

  @Test
  void theBillOfMaterialsNamesEachArtifactWithItsHashAndLicense() throws Exception {
    for (JsonObject component : components()) {
      assertThat(value(component, "purl"))
          .isEqualTo(
              "pkg:maven/%s/%s@%s?type=jar",
              value(component, "group"), value(component, "name"), value(component, "version"));
      assertThat(licenses(component)).as(library(component)).isNotEmpty();
      assertThat(sha256(component))
          .as(library(component))
          .isEqualTo(Digest.of(Files.readAllBytes(artifact(component))).hex());
    }
  }

  @Test
  void eachFileInTheJarIsOfAnArtifactInTheBillOfMaterials() throws Exception {
    Set<String> known = new HashSet<>(Set.of("META-INF/MANIFEST.MF", "META-INF/NOTICE"));
    for (JsonObject component : components()) {
      try (JarFile jar = new JarFile(artifact(component).toFile())) {
        known.addAll(files(jar));
      }
    }
    try (JarFile jar = varve()) {
      assertThat(files(jar))
          .filteredOn(name -> !name.startsWith("dev/varve/cli/") && !name.startsWith(LICENSES))
          .isSubsetOf(known);
    }
  }

  @Test
  void theJarListsTheLicenseOfEachLibrary() throws Exception {
    Map<String, Set<String>> expected = new TreeMap<>();
    for (JsonObject component : components()) {
      expected.put(library(component), licenses(component));
    }
    List<Listed> libraries = listed().stream().filter(each -> each.part().isEmpty()).toList();
    assertThat(libraries)
        .extracting(Listed::library)
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (Listed each : libraries) {
      // Bouncy Castle's POM names its license in words.
      if (!each.library().startsWith("org.bouncycastle:")) {
        assertThat(expected.get(each.library())).as(each.library()).contains(each.license());
      }
    }
  }

  @Test
  void theJarHasTheTextOfEachLicenseAndNoOther() throws Exception {
    Map<String, String> starts =
        Map.of(
            "Apache-2.0", "Apache License",
            "BSD-2-Clause", "Redistribution and use in source and binary forms",
            "BSD-3-Clause", "Neither the name",
            "MIT", "Permission is hereby granted",
            "MPL-2.0", "Mozilla Public License Version 2.0",
            "blessing", "public domain");
    try (JarFile jar = varve()) {
      for (Listed each : listed()) {
        assertThat(text(jar, LICENSES + each.file()).replaceAll("\\s+", " "))
            .as(each.library() + ", " + each.part())
            .contains(starts.get(each.license()));
      }
      assertThat(files(jar))
          .filteredOn(name -> name.startsWith(LICENSES))
          .containsExactlyInAnyOrderElementsOf(
              listedFiles().stream().map(LICENSES::concat).collect(Collectors.toSet()));
    }
  }

  private static Set<String> listedFiles() throws Exception {
    Set<String> files = new TreeSet<>(Set.of("README"));
    listed().forEach(each -> files.add(each.file()));
    return files;
  }

  /** What is compiled into native code has no component of its own in the bill of materials. */
  @Test
  void theJarListsTheLicensesOfNativeCode() throws Exception {
    Map<String, String> libraries =
        Map.of(
            "libconscrypt_openjdk_jni", "org.conscrypt:conscrypt-openjdk-uber",
            "libjnidispatch", "net.java.dev.jna:jna",
            "libsqlitejdbc", "org.xerial:sqlite-jdbc",
            "libzstd-jni", "com.github.luben:zstd-jni");
    Set<String> found = new TreeSet<>();
    try (JarFile jar = varve()) {
      for (String name : files(jar)) {
        if (name.matches(".*\\.(so|dylib|jnilib|dll)")) {
          String file = name.substring(name.lastIndexOf('/') + 1);
          found.add(
              libraries.getOrDefault(file.replaceAll("(-[0-9].*|-linux-.*)?\\.[a-z]+$", ""), name));
        }
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(libraries.values());
    assertThat(listed())
        .filteredOn(each -> each.part().startsWith("native code of "))
        .extracting(Listed::library)
        .containsAll(found);
  }
}
