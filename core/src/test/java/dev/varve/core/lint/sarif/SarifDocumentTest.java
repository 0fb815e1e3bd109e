package dev.varve.core.lint.sarif;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.varve.core.json.JsonObject;
import dev.varve.core.lint.Finding;
import dev.varve.core.lint.Lint;
import dev.varve.core.lint.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SarifDocumentTest {
  /** The schema of the standard, which the library has in its jar. */
  private static Schema schema() throws IOException {
    try (InputStream in =
        SarifDocumentTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      String text = new String(in.readAllBytes(), UTF_8);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(text, InputFormat.JSON);
    }
  }

  private static Rule rule(String name) {
    return Lint.RULES.stream().filter(rule -> rule.name().equals(name)).findFirst().orElseThrow();
  }

  private static Finding finding(String rule, String path, long bytes, String message) {
    return new Finding(rule(rule), path, bytes, message, rule(rule).cure(Set.of()));
  }

  private static String document(List<Rule> rules, Finding... findings) throws Exception {
    String text =
        new String(new SarifDocument("oci:os", rules, List.of(findings), "1.0").toBytes(), UTF_8);
    assertThat(schema().validate(text, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    return text;
  }

  private static List<JsonObject> results(Finding... findings) throws Exception {
    String text = document(Lint.RULES, findings);
    return JsonObject.parse(text.getBytes(UTF_8), "sarif")
        .objects("runs")
        .get(0)
        .objects("results");
  }

  private static String fingerprint(JsonObject result) throws IOException {
    return result.object("partialFingerprints").string("primaryLocationLineHash");
  }

  private static JsonObject place(JsonObject result) throws IOException {
    return result.objects("locations").get(0).object("physicalLocation");
  }

  @Test
  void aFindingHasItsRuleAndItsPlace() throws Exception {
    assertThat(
            document(
                List.of(rule("machine-id"), rule("logs")),
                finding("logs", "var/log/dnf5.log", 16, "a log of the build")))
        .isEqualTo(
            """
            {
              "$schema" : "https://json.schemastore.org/sarif-2.1.0.json",
              "version" : "2.1.0",
              "runs" : [ {
                "tool" : {
                  "driver" : {
                    "name" : "varve lint",
                    "version" : "1.0",
                    "informationUri" : "https://github.com/varve-dev/varve",
                    "rules" : [ {
                      "id" : "machine-id",
                      "shortDescription" : {
                        "text" : "Machines that share a machine-id get the same addresses by DHCP, and the same names in logs."
                      },
                      "fullDescription" : {
                        "text" : "Machines that share a machine-id get the same addresses by DHCP, and the same names in logs."
                      },
                      "defaultConfiguration" : {
                        "level" : "error"
                      },
                      "helpUri" : "https://github.com/varve-dev/varve/blob/main/docs/reference/lint.md",
                      "help" : {
                        "text" : "Machines that share a machine-id get the same addresses by DHCP, and the same names in logs.\\n\\nRUN : > /etc/machine-id",
                        "markdown" : "Machines that share a machine-id get the same addresses by DHCP, and the same names in logs.\\n\\n```dockerfile\\nRUN : > /etc/machine-id\\n```"
                      }
                    }, {
                      "id" : "logs",
                      "shortDescription" : {
                        "text" : "Logs of the build differ in each build, and only new machines get them."
                      },
                      "fullDescription" : {
                        "text" : "Logs of the build differ in each build, and only new machines get them."
                      },
                      "defaultConfiguration" : { },
                      "helpUri" : "https://github.com/varve-dev/varve/blob/main/docs/reference/lint.md",
                      "help" : {
                        "text" : "Logs of the build differ in each build, and only new machines get them.\\n\\nRUN rm -rf /var/log/*",
                        "markdown" : "Logs of the build differ in each build, and only new machines get them.\\n\\n```dockerfile\\nRUN rm -rf /var/log/*\\n```"
                      }
                    } ]
                  }
                },
                "results" : [ {
                  "ruleId" : "logs",
                  "ruleIndex" : 1,
                  "message" : {
                    "text" : "a log of the build"
                  },
                  "locations" : [ {
                    "physicalLocation" : {
                      "artifactLocation" : {
                        "uri" : "var/log/dnf5.log"
                      },
                      "region" : {
                        "startLine" : 1
                      }
                    }
                  } ],
                  "partialFingerprints" : {
                    "primaryLocationLineHash" : "bcf4e454fcb4c59a:1"
                  },
                  "properties" : {
                    "bytes" : 16
                  }
                } ],
                "automationDetails" : {
                  "description" : {
                    "text" : "oci:os"
                  },
                  "id" : "varve-lint/"
                }
              } ]
            }
            """);
  }

  @Test
  void theSchemaRefusesWhatIsNoSarif() throws Exception {
    String text = document(List.of(), finding("logs", "a", 1, "m")).replace("\"ruleId\"", "\"id\"");
    assertThat(schema().validate(text, InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void allRulesAreDescribed() throws Exception {
    JsonObject driver =
        JsonObject.parse(document(Lint.RULES).getBytes(UTF_8), "sarif")
            .objects("runs")
            .get(0)
            .object("tool")
            .object("driver");
    assertThat(driver.objects("rules"))
        .extracting(rule -> rule.string("id"))
        .containsExactlyElementsOf(Lint.RULES.stream().map(Rule::name).toList());
    for (JsonObject rule : driver.objects("rules")) {
      assertThat(rule.object("help").string("text")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "usr/lib/a.so, usr/lib/a.so",
    "a b/c%d, a%20b/c%25d",
    "caf\u00e9, caf%C3%A9",
    "caf\uDCE9, caf%E9",
    "a:b?c#d[e], a%3Ab%3Fc%23d%5Be%5D"
  })
  void pathsAreRelativeUris(String path, String uri) throws Exception {
    JsonObject result = results(finding("utf8", path, 0, "m")).get(0);
    assertThat(place(result).object("artifactLocation").string("uri")).isEqualTo(uri);
  }

  @Test
  void aFindingAboutTheWholeImageIsAtItsRoot() throws Exception {
    JsonObject result = results(finding("label", "", 0, "the label is missing")).get(0);
    assertThat(place(result).object("artifactLocation").string("uri")).isEqualTo(".");
    assertThat(result.names()).doesNotContain("level"); // which means warning
    assertThat(results(finding("machine-id", "a", 0, "m")).get(0).string("level"))
        .isEqualTo("error");
    assertThat(results(finding("build", "a", 0, "m")).get(0).string("level")).isEqualTo("note");
  }

  @Test
  void fingerprintsStayTheSameInLaterBuilds() throws Exception {
    List<JsonObject> before =
        results(
            finding("initramfs", "usr/lib/modules/6.14.2-300.fc42/initramfs.img", 5, "x"),
            finding("caches", "etc/ld.so.cache", 1, "x"));
    List<JsonObject> after =
        results(
            finding("logs", "var/log/a", 1, "x"),
            finding("initramfs", "usr/lib/modules/6.15.10-1.fc42/initramfs.img", 6, "y"),
            finding("caches", "etc/ld.so.cache", 2, "y"));
    assertThat(fingerprint(after.get(1))).isEqualTo(fingerprint(before.get(0)));
    assertThat(fingerprint(after.get(2))).isEqualTo(fingerprint(before.get(1)));
    assertThat(fingerprint(after.get(0))).matches("[0-9a-f]{16}:1");
    assertThat(after).extracting(each -> fingerprint(each)).doesNotHaveDuplicates();
  }

  @Test
  void findingsThatDifferInNumbersHaveDifferentFingerprints() throws Exception {
    List<JsonObject> found =
        results(finding("logs", "var/log/a.1", 1, "x"), finding("logs", "var/log/a.2", 1, "x"));
    assertThat(fingerprint(found.get(0))).endsWith(":1");
    assertThat(fingerprint(found.get(1))).isEqualTo(fingerprint(found.get(0)).replace(":1", ":2"));
  }

  @Test
  void messagesHaveNoLinksAndNoControlCharacters() throws Exception {
    JsonObject result =
        results(finding("logs", "a", 1, "see [a](http://b) \u001B\uDCFF \\")).get(0);
    assertThat(result.object("message").string("text"))
        .isEqualTo("see \\[a\\](http://b) \uFFFD? \\\\");
  }
}
