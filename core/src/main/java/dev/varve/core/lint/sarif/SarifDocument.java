package dev.varve.core.lint.sarif;

import com.contrastsecurity.sarif.ArtifactLocation;
import com.contrastsecurity.sarif.Location;
import com.contrastsecurity.sarif.Message;
import com.contrastsecurity.sarif.MultiformatMessageString;
import com.contrastsecurity.sarif.PartialFingerprints;
import com.contrastsecurity.sarif.PhysicalLocation;
import com.contrastsecurity.sarif.PropertyBag;
import com.contrastsecurity.sarif.Region;
import com.contrastsecurity.sarif.ReportingConfiguration;
import com.contrastsecurity.sarif.ReportingDescriptor;
import com.contrastsecurity.sarif.Result;
import com.contrastsecurity.sarif.Run;
import com.contrastsecurity.sarif.RunAutomationDetails;
import com.contrastsecurity.sarif.SarifSchema210;
import com.contrastsecurity.sarif.Tool;
import com.contrastsecurity.sarif.ToolComponent;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.image.Digest;
import dev.varve.core.lint.Finding;
import dev.varve.core.lint.Rule;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Findings as a document in SARIF 2.1.0.
 *
 * @param image the image as named by the user
 * @param rules the rules that were checked
 * @param findings in the order of the rules
 * @param toolVersion the version of Varve
 * @see <a href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html">SARIF 2.1.0</a>
 * @see <a
 *     href="https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning">GitHub's
 *     subset</a>
 */
public record SarifDocument(
    String image, List<Rule> rules, List<Finding> findings, String toolVersion) {
  private static final URI SCHEMA = URI.create("https://json.schemastore.org/sarif-2.1.0.json");

  private static final URI HOME = URI.create("https://github.com/varve-dev/varve");

  private static final URI HELP =
      URI.create("https://github.com/varve-dev/varve/blob/main/docs/reference/lint.md");

  /** Tells the runs of this tool from those of others; GitHub compares runs of one category. */
  private static final String CATEGORY = "varve-lint/";

  /** The fingerprint by which GitHub recognizes a finding in a later run. */
  private static final String FINGERPRINT = "primaryLocationLineHash";

  private static final int DIGITS_IN_FINGERPRINT = 16;

  /** Copies the lists. */
  public SarifDocument {
    rules = List.copyOf(rules);
    findings = List.copyOf(findings);
  }

  /** Returns the document, in UTF-8. */
  public byte[] toBytes() throws IOException {
    ToolComponent driver =
        new ToolComponent()
            .withName("varve lint")
            .withVersion(toolVersion)
            .withInformationUri(HOME)
            .withRules(descriptors());
    Run run =
        new Run()
            .withTool(new Tool().withDriver(driver))
            .withAutomationDetails(
                new RunAutomationDetails()
                    .withId(CATEGORY)
                    .withDescription(new Message().withText(escaped(image))))
            .withResults(results());
    SarifSchema210 document =
        new SarifSchema210()
            .with$schema(SCHEMA)
            .withVersion(SarifSchema210.Version._2_1_0)
            .withRuns(List.of(run));
    ObjectMapper mapper =
        new ObjectMapper()
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    return (mapper.writeValueAsString(document).replace(System.lineSeparator(), "\n") + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private Set<ReportingDescriptor> descriptors() {
    Set<ReportingDescriptor> descriptors = new LinkedHashSet<>();
    Map<Rule, List<String>> cures = new HashMap<>();
    findings.forEach(finding -> cures.putIfAbsent(finding.rule(), finding.cure()));
    for (Rule rule : rules) {
      String cure = String.join("\n", cures.getOrDefault(rule, rule.cure(Set.of())));
      descriptors.add(
          new ReportingDescriptor()
              .withId(rule.name())
              .withShortDescription(new MultiformatMessageString().withText(rule.title()))
              .withFullDescription(new MultiformatMessageString().withText(rule.title()))
              .withHelpUri(HELP)
              .withHelp(
                  new MultiformatMessageString()
                      .withText(cure.isEmpty() ? rule.title() : rule.title() + "\n\n" + cure)
                      .withMarkdown(
                          cure.isEmpty()
                              ? rule.title()
                              : rule.title() + "\n\n```dockerfile\n" + cure + "\n```"))
              .withDefaultConfiguration(
                  new ReportingConfiguration()
                      .withLevel(ReportingConfiguration.Level.valueOf(rule.severity().name()))));
    }
    return descriptors;
  }

  private List<Result> results() {
    Map<String, Integer> occurrences = new HashMap<>();
    return findings.stream().map(finding -> result(finding, occurrences)).toList();
  }

  private Result result(Finding finding, Map<String, Integer> occurrences) {
    String fingerprint = fingerprint(finding);
    int occurrence = occurrences.merge(fingerprint, 1, Integer::sum);
    return new Result()
        .withRuleId(finding.rule().name())
        .withRuleIndex(rules.indexOf(finding.rule()))
        .withLevel(Result.Level.valueOf(finding.rule().severity().name()))
        .withMessage(new Message().withText(escaped(finding.message())))
        .withLocations(List.of(location(finding)))
        .withPartialFingerprints(
            new PartialFingerprints()
                .withAdditionalProperty(FINGERPRINT, fingerprint + ":" + occurrence))
        .withProperties(new PropertyBag().withAdditionalProperty("bytes", finding.bytes()));
  }

  private static Location location(Finding finding) {
    String uri = finding.path().isEmpty() ? "." : uri(finding.path());
    return new Location()
        .withPhysicalLocation(
            new PhysicalLocation()
                .withArtifactLocation(new ArtifactLocation().withUri(uri))
                .withRegion(new Region().withStartLine(1)));
  }

  /**
   * Returns a path as a relative URI: all bytes encoded except those of unreserved characters and
   * slashes.
   */
  static String uri(String path) {
    StringBuilder uri = new StringBuilder();
    for (byte each : LosslessUtf8.encode(path)) {
      char character = (char) (each & 0xFF);
      if (character < 0x80
          && (Character.isLetterOrDigit(character) || "-._~/".indexOf(character) >= 0)) {
        uri.append(character);
      } else {
        uri.append('%').append("%02X".formatted((int) character));
      }
    }
    return uri.toString();
  }

  /**
   * Returns an identifier of a finding that later builds have as well: numbers in paths, such as
   * versions of kernels, do not count.
   */
  private static String fingerprint(Finding finding) {
    String stable = finding.rule().name() + "\n" + finding.path().replaceAll("[0-9]+", "0");
    return Digest.of(LosslessUtf8.encode(stable)).hex().substring(0, DIGITS_IN_FINGERPRINT);
  }

  /** Returns text in which no bracket begins a link. */
  private static String escaped(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8); // lone surrogates become question marks
    return PlainText.of(new String(utf8, StandardCharsets.UTF_8))
        .replace("\\", "\\\\")
        .replace("[", "\\[")
        .replace("]", "\\]");
  }
}
