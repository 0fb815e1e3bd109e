package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import dev.varve.registry.fake.FakeTransparencyLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signatures in distribution's registry, as cosign 2.5, cosign 3 and skopeo see them. */
@Tag("judge")
final class SigningJudgeTest {
  private static final String PASSWORD = "pass word";

  /** One that is built to verify signatures, which Debian 12's is not. */
  private static final String SKOPEO = System.getenv().getOrDefault("NEWER_SKOPEO", "newer-skopeo");

  private static RealRegistry registry;
  private static int repositories;

  @TempDir private Path directory;
  private Tools tools;
  private Cli cli;
  private String repository;
  private Digest image;
  private String pinned;

  /** The cosigns that people have. */
  private enum Cosign {
    TWO,
    THREE;

    String program() {
      return this == THREE ? "cosign" : System.getenv().getOrDefault("COSIGN_2", "cosign2");
    }
  }

  @BeforeAll
  static void start() throws IOException {
    registry = RealRegistry.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void setUp() throws IOException {
    tools =
        new Tools(directory, "crane", "oras", SKOPEO, Cosign.TWO.program(), Cosign.THREE.program());
    cli = new Cli(directory).with("COSIGN_PASSWORD", PASSWORD);
    String name = "os-" + ++repositories;
    repository = registry.host() + "/owner/" + name;
    new Sample().file("etc/motd", name).writeTo(directory.resolve("os"), "x");
    image = copied();
    pinned = repository + "@" + image;
  }

  private Digest copied() throws IOException {
    return Digest.parse(
        varve("copy", "-q", "--json", "oci:DIR/os:x", "docker://" + repository + ":x")
            .json()
            .string("digest"));
  }

  private Run varve(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private void generateByVarve() {
    varve("generate-key-pair", "--output-key-prefix", "DIR/cosign");
  }

  private String cosign(Cosign which, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("env", "COSIGN_PASSWORD=" + PASSWORD));
    line.add(which.program());
    line.addAll(List.of(arguments));
    return tools.run(line.toArray(String[]::new));
  }

  private void cosignVerifies(Cosign which) throws Exception {
    String told =
        cosign(
            which,
            "verify",
            "--key",
            "cosign.pub",
            "--insecure-ignore-tlog",
            "--allow-http-registry",
            pinned);
    assertThat(told).contains(image.toString());
  }

  private void cosignSigns(Cosign which, String... more) throws Exception {
    List<String> line = new ArrayList<>(List.of("sign", "--key", "cosign.key", "-y"));
    line.addAll(List.of("--allow-http-registry", "--tlog-upload=false"));
    if (which == Cosign.THREE) {
      line.add("--use-signing-config=false");
    }
    line.addAll(List.of(more));
    line.add(pinned);
    cosign(which, line.toArray(String[]::new));
  }

  private List<String> verifiedForms() throws IOException {
    List<String> forms = new ArrayList<>();
    for (JsonObject each :
        varve("verify", "--json", "--key", "DIR/cosign.pub", pinned).json().objects("signatures")) {
      forms.add(each.string("form"));
    }
    return forms;
  }

  @ParameterizedTest
  @EnumSource(Cosign.class)
  void whatVarveSignsWithCosignsKeyCosignVerifies(Cosign which) throws Exception {
    cosign(which, "generate-key-pair");
    varve("sign", "--key", "DIR/cosign.key", pinned);
    for (Cosign each : Cosign.values()) {
      cosignVerifies(each);
    }
    assertThat(varve("public-key", "--key", "DIR/cosign.key").out())
        .isEqualTo(Files.readString(directory.resolve("cosign.pub")));
  }

  @ParameterizedTest
  @EnumSource(Cosign.class)
  void whatCosignSignsWithVarvesKeyVarveVerifies(Cosign which) throws Exception {
    generateByVarve();
    cosignSigns(which);
    assertThat(verifiedForms()).containsExactly(which == Cosign.TWO ? "tag" : "bundle");
    cosignVerifies(which);
    assertThat(cosign(which, "public-key", "--key", "cosign.key"))
        .isEqualTo(Files.readString(directory.resolve("cosign.pub")));
  }

  @Test
  void varveAndCosignLeaveEachOthersSignatureAlone() throws Exception {
    generateByVarve();
    varve("sign", "--key", "DIR/cosign.key", pinned);
    String tag = repository + ":sha256-" + image.hex() + ".sig";
    Digest once = tools.digest(tag);
    cosignSigns(Cosign.TWO);
    cosignSigns(Cosign.THREE, "--new-bundle-format=false");
    assertThat(tools.digest(tag)).isEqualTo(once);
    assertThat(varve("sign", "--key", "DIR/cosign.key", pinned).err()).endsWith(", as before\n");
    assertThat(tools.digest(tag)).isEqualTo(once);
    varve("generate-key-pair", "--output-key-prefix", "DIR/other");
    varve("sign", "--key", "DIR/other.key", pinned);
    assertThat(tools.digest(tag)).isNotEqualTo(once);
    cosignVerifies(Cosign.TWO);
    cosignVerifies(Cosign.THREE);
  }

  @Test
  void bundlesAreWhatCosign3Reads() throws Exception {
    generateByVarve();
    varve("sign", "--bundle", "--key", "DIR/cosign.key", pinned);
    cosignVerifies(Cosign.THREE);
    cosignVerifies(Cosign.TWO);
    assertThat(verifiedForms()).containsExactly("tag", "bundle");
    // The signature under the tag alone would not be looked at, beside a bundle of another's.
    varve("generate-key-pair", "--output-key-prefix", "DIR/other");
    varve("sign", "--bundle", "--key", "DIR/other.key", pinned);
    cosignVerifies(Cosign.THREE);
  }

  @Test
  void besideAnAttestationCosign3AsksForABundle() throws Exception {
    generateByVarve();
    varve("sign", "--key", "DIR/cosign.key", pinned);
    cosignVerifies(Cosign.THREE);
    varve("generate-key-pair", "--output-key-prefix", "DIR/builder");
    Files.writeString(directory.resolve("predicate.json"), "{}");
    cosign(
        Cosign.THREE,
        "attest",
        "--key",
        "builder.key",
        "--predicate",
        "predicate.json",
        "--type",
        "custom",
        "--tlog-upload=false",
        "--use-signing-config=false",
        "--allow-http-registry",
        "-y",
        pinned);

    assertThatThrownBy(() -> cosignVerifies(Cosign.THREE)).hasMessageContaining("no matching");
    cosignVerifies(Cosign.TWO);
    assertThat(varve("verify", "--key", "DIR/cosign.pub", pinned).err()).contains("WARNING: ");
    assertThat(varve("sign", "--key", "DIR/cosign.key", pinned).err())
        .endsWith("; sign with --bundle, too\n");

    varve("sign", "--bundle", "--key", "DIR/cosign.key", pinned);
    cosignVerifies(Cosign.THREE);
    assertThat(varve("verify", "--key", "DIR/cosign.pub", pinned).err()).doesNotContain("WARNING");
  }

  @ParameterizedTest
  @EnumSource(Cosign.class)
  void entriesOfTheTransparencyLogAreWhatCosignAsksFor(Cosign which) throws Exception {
    generateByVarve();
    try (FakeTransparencyLog log = FakeTransparencyLog.start()) {
      Files.writeString(directory.resolve("log.pub"), log.publicKey());
      String url = log.url().toString();
      varve("sign", "--tlog-upload", "--rekor-url", url, "--key", "DIR/cosign.key", pinned);
    }
    String told =
        tools.run(
            "env",
            "SIGSTORE_REKOR_PUBLIC_KEY=" + directory.resolve("log.pub"),
            which.program(),
            "verify",
            "--key",
            "cosign.pub",
            "--allow-http-registry",
            pinned);
    assertThat(told).contains(image.toString());
  }

  @Test
  void anArtifactIsSignedLikeAnImage() throws Exception {
    generateByVarve();
    Files.writeString(directory.resolve("os.spdx.json"), "{\"spdxVersion\":\"SPDX-2.3\"}");
    Digest artifact =
        Digest.parse(
            varve("attach", pinned, "DIR/os.spdx.json", "--artifact-type", "application/spdx+json")
                .out()
                .strip());
    assertThat(tools.referrers(pinned)).hasSize(1);
    tools.run("oras", "pull", "--plain-http", "-o", "pulled", repository + "@" + artifact);
    assertThat(directory.resolve("pulled/os.spdx.json"))
        .hasContent("{\"spdxVersion\":\"SPDX-2.3\"}");
    pinned = repository + "@" + artifact;
    image = artifact;
    varve("sign", "--key", "DIR/cosign.key", pinned);
    cosignVerifies(Cosign.TWO);
    cosignVerifies(Cosign.THREE);
  }

  /** Has skopeo copy the image as machines with the policy would; empty if it does. */
  private String refusedBySkopeo() throws Exception {
    return tools.fails(
        SKOPEO,
        "--policy",
        "etc/policy.json",
        "--registries.d",
        "etc/registries.d",
        "copy",
        "-q",
        "--src-tls-verify=false",
        "docker://" + repository + ":x",
        "dir:copied");
  }

  private void writePolicy() {
    String scope = registry.host() + "/owner";
    varve("policy", scope, "-o", "DIR/etc", "--key", "DIR/cosign.pub", "--force");
  }

  private void expectRefused(String why) throws Exception {
    assertThat(refusedBySkopeo()).contains(why);
    Run run = cli.run("verify", "--key", "DIR/cosign.pub", repository + ":x");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
  }

  @Test
  void skopeoCopiesWhatIsSignedAndNothingElse() throws Exception {
    generateByVarve();
    writePolicy();
    expectRefused("A signature was required, but no signature exists");
    varve("sign", "--key", "DIR/cosign.key", pinned);
    assertThat(refusedBySkopeo()).isEmpty();
    varve("generate-key-pair", "--output-key-prefix", "DIR/cosign", "--force");
    expectRefused("cryptographic signature verification failed");
  }

  @Test
  void skopeoAcceptsEitherOfTwoKeys() throws Exception {
    generateByVarve();
    varve("sign", "--key", "DIR/cosign.key", pinned);
    varve("generate-key-pair", "--output-key-prefix", "DIR/backup");
    varve(
        "policy",
        registry.host() + "/owner",
        "-o",
        "DIR/etc",
        "--key",
        "DIR/backup.pub",
        "--key",
        "DIR/cosign.pub");
    assertThat(refusedBySkopeo()).isEmpty();
  }

  /** Puts the signature's manifest again, changed, and with it a payload. */
  private void forge(String payload, UnaryOperator<String> change) throws Exception {
    String tag = "sha256-" + image.hex() + ".sig";
    tools.skopeo("docker://" + repository + ":" + tag, "dir:forged");
    Path manifest = directory.resolve("forged/manifest.json");
    String text = Files.readString(manifest);
    JsonObject layer = JsonObject.parse(text.getBytes(UTF_8), "manifest").objects("layers").get(0);
    Digest before = Digest.parse(layer.string("digest"));
    String original = Files.readString(directory.resolve("forged/" + before.hex()));
    String changed = payload.isEmpty() ? original : original.replace("owner/", payload);
    Digest after = Digest.of(changed.getBytes(UTF_8));
    Files.writeString(directory.resolve("forged/" + after.hex()), changed);
    Files.writeString(manifest, change.apply(text.replace(before.hex(), after.hex())));
    tools.skopeo("--preserve-digests", "dir:forged", "docker://" + repository + ":" + tag);
  }

  private void sign() throws Exception {
    generateByVarve();
    writePolicy();
    varve("sign", "--key", "DIR/cosign.key", pinned);
    assertThat(refusedBySkopeo()).isEmpty();
  }

  @Test
  void aByteOfThePayloadThatDiffersIsRefused() throws Exception {
    sign();
    forge("ownes/", text -> text);
    expectRefused("cryptographic signature verification failed");
  }

  @Test
  void aByteOfTheSignatureThatDiffersIsRefused() throws Exception {
    sign();
    forge("", text -> text.replaceFirst("(cosign/signature\":\"M[A-Za-z0-9+/]{20})(.)", "$1/"));
    expectRefused("cryptographic signature verification failed");
  }

  @Test
  void aByteOfTheManifestThatDiffersIsRefused() throws Exception {
    sign();
    tools.skopeo("docker://" + repository + ":x", "dir:image");
    Path manifest = directory.resolve("image/manifest.json");
    Files.writeString(manifest, Files.readString(manifest) + " ");
    tools.skopeo("--preserve-digests", "dir:image", "docker://" + repository + ":x");
    Digest other = tools.digest(repository + ":x");
    assertThat(other).isNotEqualTo(image);
    expectRefused("A signature was required, but no signature exists");
    // Nor is the signature of the one good for the other.
    tools.run(
        "crane",
        "copy",
        repository + ":sha256-" + image.hex() + ".sig",
        repository + ":sha256-" + other.hex() + ".sig");
    expectRefused("does not match");
  }
}
