package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that skopeo applies the policies that Varve writes. */
@Tag("judge")
final class SignaturePolicyJudgeTest extends SigningJudgeBase {
  /**
   * Copies the image with skopeo under the policy, and returns the message of a refusal; empty if
   * skopeo copies it.
   */
  private String refusedBySkopeo() throws Exception {
    return tools.outputOfFailure(
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

  private void expectRefused(String reason) throws Exception {
    assertThat(refusedBySkopeo()).contains(reason);
    Run run = cli.run("verify", "--key", "DIR/cosign.pub", repository + ":x");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
  }

  @Test
  void skopeoCopiesSignedImagesOnly() throws Exception {
    generateKeyPair();
    writePolicy();
    expectRefused("A signature was required, but no signature exists");
    varve("sign", "--key", "DIR/cosign.key", pinned);
    assertThat(refusedBySkopeo()).isEmpty();
    varve("generate-key-pair", "--output-key-prefix", "DIR/cosign", "--force");
    expectRefused("cryptographic signature verification failed");
  }

  @Test
  void skopeoAcceptsEitherOfTwoKeys() throws Exception {
    generateKeyPair();
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

  /** Replaces the signature by one with a changed manifest and payload. */
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
    generateKeyPair();
    writePolicy();
    varve("sign", "--key", "DIR/cosign.key", pinned);
    assertThat(refusedBySkopeo()).isEmpty();
  }

  @Test
  void aChangedPayloadIsRefused() throws Exception {
    sign();
    forge("ownes/", text -> text);
    expectRefused("cryptographic signature verification failed");
  }

  @Test
  void aChangedSignatureIsRefused() throws Exception {
    sign();
    forge("", text -> text.replaceFirst("(cosign/signature\":\"M[A-Za-z0-9+/]{20})(.)", "$1/"));
    expectRefused("cryptographic signature verification failed");
  }

  @Test
  void aChangedManifestIsRefused() throws Exception {
    sign();
    tools.skopeo("docker://" + repository + ":x", "dir:image");
    Path manifest = directory.resolve("image/manifest.json");
    Files.writeString(manifest, Files.readString(manifest) + " ");
    tools.skopeo("--preserve-digests", "dir:image", "docker://" + repository + ":x");
    Digest other = tools.digest(repository + ":x");
    assertThat(other).isNotEqualTo(image);
    expectRefused("A signature was required, but no signature exists");
    // The signature of the original image is not valid for the changed one.
    tools.run(
        "crane",
        "copy",
        repository + ":sha256-" + image.hex() + ".sig",
        repository + ":sha256-" + other.hex() + ".sig");
    expectRefused("does not match");
  }
}
