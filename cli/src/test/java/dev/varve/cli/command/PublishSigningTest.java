package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of {@code varve publish --key}. */
final class PublishSigningTest {
  private static final String NAME = "owner/os";
  private static final String MANIFESTS = "/v2/owner/os/manifests/";
  private static final String SIGNATURE = MANIFESTS + "sha256-.*[.]sig";
  private static final String PASSWORD = "COSIGN_PASSWORD";

  @TempDir private static Path keys;

  @TempDir private Path directory;
  private FakeRegistry registry;
  private Cli cli;
  private String repository;

  @BeforeAll
  static void makeKey() {
    Run run =
        new Cli(keys)
            .with(PASSWORD, "s3cret")
            .run("generate-key-pair", "--output-key-prefix", "DIR/main");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    repository = registry.host() + "/" + NAME;
    cli =
        new Cli(directory)
            .with(PASSWORD, "s3cret")
            .with("SIGNING_KEY", Files.readString(keys.resolve("main.key")));
    Files.copy(keys.resolve("main.pub"), directory.resolve("main.pub"));
    new Sample().file("opt/a", "one").writeTo(directory.resolve("os"), "monday");
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private Run publish(String... options) {
    List<String> line = new ArrayList<>(List.of("publish", "-q", "oci:DIR/os:monday"));
    line.addAll(List.of("docker://" + repository, "--tag", "latest", "--fresh"));
    line.addAll(List.of("--key", "env://SIGNING_KEY"));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  private Optional<Digest> at(String tag) {
    return registry.manifest(NAME, tag).map(Digest::of);
  }

  private Run verify() {
    return cli.run("verify", "--key", "DIR/main.pub", repository + ":latest");
  }

  @Test
  void theImageIsSignedBeforeATagPointsToIt() throws IOException {
    Run run = publish("--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().string("signature")).matches("by the key [0-9a-f]{12}");
    assertThat(run.err()).contains("  signature  " + run.json().string("signature") + "\n");
    List<String> requests = registry.requests().stream().map(RecordedRequest::line).toList();
    int signed =
        requests.indexOf("PUT " + MANIFESTS + "sha256-" + at("latest").get().hex() + ".sig");
    assertThat(signed)
        .isGreaterThan(requests.indexOf("PUT " + MANIFESTS + at("latest").get()))
        .isLessThan(requests.indexOf("PUT " + MANIFESTS + "latest"))
        .isLessThan(requests.indexOf("PUT " + MANIFESTS + "40-20251011"));
    assertThat(verify().exitCode()).isZero();
  }

  @Test
  void theSameImageIsSignedOnce() throws IOException {
    publish("--bundle");
    registry.clearRequests();
    Run again = publish("--bundle", "--json");
    assertThat(again.json().string("signature"))
        .matches("by the key [0-9a-f]{12}, also as a bundle, as before");
    assertThat(registry.requests("PUT " + SIGNATURE)).isEmpty();
    String tag = "sha256-" + at("latest").get().hex() + ".sig";
    assertThat(Manifest.parse(registry.manifest(NAME, tag).orElseThrow(), tag).layers()).hasSize(1);
    assertThat(verify().report()).last().isEqualTo("  bundle");
  }

  @Test
  void anAttestationOfThePreviousImageMakesPublishWarn() throws IOException {
    publish();
    String monday = repository + "@" + at("latest").get();
    assertThat(publish().err()).doesNotContain("WARNING");
    Path attestation = Files.writeString(directory.resolve("attestation.json"), "{}");
    String type = "application/vnd.dev.sigstore.bundle.v0.3+json";
    cli.run("attach", monday, attestation.toString(), "--artifact-type", type);
    String warning =
        " has a Sigstore bundle other than a signature by this key, such as an attestation: in this"
            + " case cosign 3 only reads bundles, and refuses the signature under the tag";
    assertThat(publish().err())
        .contains("WARNING: " + monday + warning + "; sign with --bundle too\n");

    new Sample().file("opt/a", "two").writeTo(directory.resolve("os"), "tuesday");
    List<String> line = new ArrayList<>(List.of("publish", "-q", "oci:DIR/os:tuesday"));
    line.addAll(List.of("docker://" + repository, "--tag", "latest"));
    line.addAll(List.of("--key", "env://SIGNING_KEY"));
    Run tuesday = cli.run(line.toArray(String[]::new));

    assertThat(tuesday.exitCode()).as(tuesday.err()).isZero();
    assertThat(tuesday.err())
        .contains(
            "WARNING: the previous image, "
                + monday
                + ","
                + warning
                + ", and will refuse this image's once it has a bundle too; sign with --bundle too\n");
    line.add("--bundle");
    assertThat(cli.run(line.toArray(String[]::new)).err()).doesNotContain("Sigstore");
  }

  @Test
  void aWrongPasswordIsReportedBeforeAnyRequest() {
    Run run =
        cli.with(PASSWORD, "wrong")
            .run("publish", "oci:DIR/none:x", repository, "--key", "env://SIGNING_KEY");
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: decrypting the key env://SIGNING_KEY: the password is wrong, or the key is"
                    + " damaged; it came from COSIGN_PASSWORD\n"));
    assertThat(registry.requests()).isEmpty();
    assertThat(publish("--dry-run").exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, 0, 403, 3",
    "HEAD, 1, 403, 3",
    "HEAD, 2, 404, 5",
  })
  void aFailureOfSigningMovesNoTagAndTheNextRunSucceeds(
      String method, int after, int status, int exitCode) {
    registry.failLater(method + " " + SIGNATURE, after, Fault.status(status));
    Run failed = publish();
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(exitCode);
    assertThat(at("latest")).isEmpty();
    assertThat(at("40-20251011")).isEmpty();
    registry.clearFaults();
    assertThat(publish().exitCode()).isZero();
    assertThat(verify().exitCode()).isZero();
  }

  @Test
  void aMissingSignatureIsReported() {
    registry.failLater("HEAD " + SIGNATURE, 2, Fault.status(404));
    assertThat(publish().lines())
        .last()
        .asString()
        .matches(
            "varve: verifying the signature of \\S+@sha256:[0-9a-f]{64}: expected a signature, got"
                + " none: there is neither the tag sha256-[0-9a-f]{64}.sig nor a bundle; no tag was"
                + " moved. Publish again");
    assertThat(registry.tags(NAME)).noneMatch(tag -> tag.startsWith("40-"));
  }

  @Test
  void aDryRunSignsNothing() throws IOException {
    Run run = publish("--dry-run", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().string("signature")).matches("by the key [0-9a-f]{12}");
    assertThat(registry.manifests(NAME)).isEmpty();
  }

  @Test
  void optionsOfSigningNeedAKey() {
    for (String option : new String[] {"--bundle", "--tlog-upload"}) {
      assertThat(cli.run("publish", "oci:DIR/os:monday", repository, option))
          .isEqualTo(new Run(2, "", "varve: " + option + " requires --key\n"));
    }
  }

  @Test
  void inGitHubActionsKeyAndPasswordAreMasked() throws IOException {
    cli.with("GITHUB_ACTIONS", "true");
    Run run = publish();
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> masks =
        run.lines().stream().filter(line -> line.startsWith("::add-mask::")).toList();
    assertThat(masks).contains("::add-mask::s3cret").hasSizeGreaterThan(9);
    for (String line : Files.readAllLines(keys.resolve("main.key"))) {
      assertThat(masks.contains("::add-mask::" + line)).isEqualTo(!line.startsWith("-----"));
    }
    Run wrong =
        cli.with(PASSWORD, "wrong")
            .run("publish", "oci:DIR/os:monday", repository, "--key", "env://SIGNING_KEY");
    assertThat(wrong.err())
        .contains(
            "::error title=varve publish::decrypting the key env://SIGNING_KEY: the password is"
                + " wrong, or the key is damaged; it came from COSIGN_PASSWORD\n");
  }
}
