package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/**
 * Tests that the POMs of the libraries meet the requirements of Maven Central.
 *
 * @see <a href="https://central.sonatype.org/publish/requirements/">Requirements</a>
 */
final class PublishedPomsTest {
  private static Document read(Path pom) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
  }

  private static String value(Document pom, String path) throws Exception {
    return XPathFactory.newInstance().newXPath().evaluate(path, pom).strip();
  }

  /** A label of images names the version of Varve, also where Varve is used as a library. */
  @Test
  void aLibraryKnowsItsVersion() throws Exception {
    String version = value(read(Documents.ROOT.resolve("pom.xml")), "/project/version");
    Path jar =
        Documents.ROOT.resolve("rechunk-runner/target/varve-rechunk-runner-" + version + ".jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getManifest().getMainAttributes().getValue("Implementation-Version"))
          .isEqualTo(version);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "registry", "rechunk-runner"})
  void aLibraryMeetsTheRequirementsOfMavenCentral(String module) throws Exception {
    Document pom = read(Documents.ROOT.resolve(module).resolve("pom.xml"));
    Document parent = read(Documents.ROOT.resolve("pom.xml"));
    for (String own : List.of("/project/artifactId", "/project/name", "/project/description")) {
      assertThat(value(pom, own)).as(own).isNotEmpty();
    }
    assertThat(value(pom, "/project/parent/version")).isEqualTo(value(parent, "/project/version"));
    for (String inherited :
        List.of(
            "/project/url",
            "/project/licenses/license/name",
            "/project/licenses/license/url",
            "/project/developers/developer/name",
            "/project/developers/developer/url",
            "/project/scm/url",
            "/project/scm/connection",
            "/project/scm/developerConnection")) {
      assertThat(value(pom, inherited)).as(inherited + " is the parent's").isEmpty();
      assertThat(value(parent, inherited)).as(inherited).isNotEmpty();
    }
    assertThat(value(parent, "/project/@child.project.url.inherit.append.path")).isEqualTo("false");
    assertThat(
            value(
                parent, "//profile[id='release']//plugin[artifactId='maven-source-plugin']//goal"))
        .isEqualTo("jar-no-fork");
    assertThat(value(parent, "//plugin[artifactId='maven-javadoc-plugin']//goal")).isEqualTo("jar");
  }
}
