package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve publish --deltas}. */
final class PublishDeltasTest extends PublishTestBase {
  private static final String CONTENT = "io.github.containers.delta.content";

  /** Writes builds with a large file, of which one byte changes. */
  @BeforeEach
  void writeBuilds() throws IOException {
    byte[] program = new byte[50_000];
    new Random(1).nextBytes(program);
    for (String tag : List.of("monday", "tuesday", "wednesday")) {
      program[20_000]++;
      new Sample()
          .file("opt/a", "always the same")
          .file("usr/c", program.clone())
          .writeTo(directory.resolve("os"), tag);
    }
  }

  private Run succeeding(Run run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private JsonObject delta(Run run) throws IOException {
    List<JsonObject> deltas = run.json().objects("deltas");
    assertThat(deltas).hasSize(1);
    return deltas.get(0);
  }

  @Test
  void theReportHasTheDeltaBesideTheLayers() throws IOException {
    Digest monday = published("monday");
    day(11);
    Run run = succeeding(publish("tuesday", "--deltas", "1", "--json"));

    assertThat(delta(run).string("from")).isEqualTo(monday.toString());
    assertThat(delta(run).string("version")).isEqualTo("40-20251010");
    assertThat(delta(run).number("layerBytes")).isEqualTo(run.json().number("updateBytes"));
    assertThat(delta(run).number("deltaBytes")).isBetween(500L, 5000L);
    assertThat(run.err())
        .containsPattern("\n  deltas +from 40-20251010 [0-9.]+ kB instead of 5[0-9.]+ kB\n");
  }

  @Test
  void diffShowsTheDelta() throws IOException {
    Digest monday = published("monday");
    day(11);
    Run run = succeeding(publish("tuesday", "--deltas", "1", "--json"));
    String old = "docker://" + repository + "@" + monday;
    String next = "docker://" + repository + "@" + run.json().string("digest");

    assertThat(cli.run("diff", old, next).report())
        .anyMatch(line -> line.matches("by delta: [0-9.]+ kB"));
    assertThat(cli.run("diff", "--json", old, next).json().objects("steps").get(0))
        .extracting(step -> step.names().contains("deltaBytes"))
        .isEqualTo(true);
    assertThat(cli.run("diff", next, old).out()).doesNotContain("by delta");
  }

  @Test
  void theDeltaContainsTheSignature() throws IOException {
    cli.with("COSIGN_PASSWORD", "s3cret");
    succeeding(cli.run("generate-key-pair", "--output-key-prefix", "DIR/main"));
    cli.with("SIGNING_KEY", Files.readString(directory.resolve("main.key")));
    published("monday", "--key", "env://SIGNING_KEY");
    day(11);
    Run run =
        succeeding(publish("tuesday", "--deltas", "1", "--json", "--key", "env://SIGNING_KEY"));

    Digest image = Digest.parse(run.json().string("digest"));
    Digest signature = at("sha256-" + image.hex() + ".sig").orElseThrow();
    Manifest delta = manifest(delta(run).string("digest"));
    assertThat(delta.layers())
        .filteredOn(
            blob -> blob.annotations().getOrDefault(CONTENT, "").startsWith("cosign-signature"))
        .extracting(blob -> blob.annotations().get(CONTENT))
        .containsExactly(
            "cosign-signature", "cosign-signature-content", "cosign-signature-content");
    assertThat(delta.layers()).anyMatch(blob -> blob.digest().equals(signature));
    assertThat(registry.blob(signature)).isPresent();
  }

  @Test
  void aDeltaMadeLaterContainsTheSignatureToo() throws IOException {
    cli.with("COSIGN_PASSWORD", "s3cret");
    succeeding(cli.run("generate-key-pair", "--output-key-prefix", "DIR/main"));
    cli.with("SIGNING_KEY", Files.readString(directory.resolve("main.key")));
    Digest monday = published("monday");
    day(11);
    Digest tuesday = published("tuesday", "--key", "env://SIGNING_KEY");

    String place = "docker://" + repository;
    Run run =
        succeeding(
            cli.run(
                "delta", "create", "--json", place + "@" + monday, place + "@" + tuesday, place));

    assertThat(manifest(run.json().string("digest")).layers())
        .extracting(blob -> blob.annotations().get(CONTENT))
        .endsWith("cosign-signature", "cosign-signature-content", "cosign-signature-content");
  }

  @Test
  void theBudgetLimitsTheDeltaWhenAsked() throws IOException {
    published("monday");
    day(11);
    Run over = publish("tuesday", "--deltas", "1", "--budget-of", "deltas", "--budget", "10B");
    assertThat(over.exitCode()).isEqualTo(6);
    assertThat(over.lines())
        .last()
        .asString()
        .containsPattern(
            "the update downloads [0-9.]+ kB by delta \\(by layers 5[0-9.]+ kB\\), and the budget"
                + " is 10 B; ");
    assertThat(at("40-20251011")).isEmpty();

    succeeding(publish("tuesday", "--deltas", "1", "--budget-of", "deltas", "--budget", "20kB"));
    assertThat(registry.tags(NAME)).contains("40-20251011");
  }

  @Test
  void wrongNumbersAreRefusedBeforeAnyRequest() {
    assertThat(publish("monday", "--deltas", "-1").err())
        .contains("--deltas: expected 0 or more, got -1");
    assertThat(publish("monday", "--keep-deltas", "0").err())
        .contains("--keep-deltas: expected 1 or more, got 0");
    assertThat(publish("monday", "--budget-of", "deltas").err())
        .contains("--budget-of deltas requires --deltas");
    assertThat(registry.requests()).extracting(RecordedRequest::line).isEmpty();
  }
}
