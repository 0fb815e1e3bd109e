package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.fake.FakeTransparencyLog;
import dev.varve.registry.fake.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve sign}, {@code varve verify} and {@code varve attach}. */
final class SigningCommandsTest extends SigningTestBase {
  @Test
  void aSignedImageIsVerified() throws IOException {
    Run signed = sign("docker://" + pinned);
    assertThat(signed.exitCode()).as(signed.err()).isZero();
    String key = fingerprint();
    assertThat(signed.err())
        .isEqualTo("signed " + pinned + " by the key " + key.substring(7, 19) + "\n");
    assertThat(verify(pinned))
        .isEqualTo(
            new Run(
                0,
                "verified %s: signed by the key %s\n  tag  as %s/%s\n"
                    .formatted(pinned, key, registry.host(), NAME),
                ""));
    Run json = verify(pinned, "--json");
    assertThat(json.json().toString())
        .isEqualTo(
            "{\"image\":\"%s\",\"digest\":\"%s\",\"key\":\"%s\",\"signatures\":[{\"form\":\"tag\",\"repository\":\"%s\"}]}"
                .formatted(pinned, image, key, registry.host() + "/" + NAME));
    assertThat(json.err()).isEmpty();
  }

  @Test
  void anotherKeysSignatureIsAddedButNotTheSameOneTwice() throws IOException {
    String tag = "sha256-" + image.hex() + ".sig";
    sign(pinned);
    byte[] once = registry.manifest(NAME, tag).orElseThrow();
    Run again = sign(pinned, "--json");
    assertThat(again.err()).endsWith(", as before\n");
    assertThat(again.json().toString())
        .isEqualTo(
            "{\"key\":\"%s\",\"signed\":[{\"image\":\"%s\",\"isNew\":false}]}"
                .formatted(again.json().string("key"), pinned));
    assertThat(registry.manifest(NAME, tag)).contains(once);
    assertThat(signWith("OTHER", pinned).exitCode()).isZero();
    assertThat(Manifest.parse(registry.manifest(NAME, tag).orElseThrow(), tag).layers()).hasSize(2);
    assertThat(verify(pinned).exitCode()).isZero();
    assertThat(cli.run("verify", "--key", "env://OTHER_PUB", pinned).exitCode()).isZero();
  }

  @Test
  void aTagIsResolvedToItsDigestWithANote() {
    Run run = sign(registry.host() + "/" + NAME);
    assertThat(run.lines().get(0))
        .isEqualTo(
            "note: tag latest points to "
                + image
                + "; name the digest to select exactly this image");
    assertThat(run.lines().get(1)).startsWith("signed " + pinned + " ");
    assertThat(verify("docker://" + registry.host() + "/" + NAME + ":latest").exitCode()).isZero();
  }

  @Test
  void anUnsignedImageFailsTheVerification() throws IOException {
    expect(
        verify(pinned),
        5,
        "verifying the signature of %s: expected a signature, got none: there is neither the tag"
                .formatted(pinned)
            + " sha256-"
            + image.hex()
            + ".sig nor a bundle");
    String key = fingerprint();
    Run wrong = cli.run("verify", "--key", "env://OTHER_PUB", pinned, "--json");
    assertThat(wrong.exitCode()).isEqualTo(5);
    assertThat(wrong.json().names()).containsExactly("error", "exitCode");
    assertThat(wrong.json().number("exitCode")).isEqualTo(5);
    assertThat(wrong.err()).isEqualTo("varve: " + wrong.json().string("error") + "\n");
    assertThat(wrong.err())
        .matches(
            "varve: verifying the signature of \\S+: expected a signature by the key"
                + " sha256:[0-9a-f]{64}, got one that this key does not verify: another key made it, or it is of another"
                + " payload\n")
        .doesNotContain(key);
  }

  @Test
  void aMissingImageCanNeitherBeSignedNorVerified() {
    String missing = registry.host() + "/" + NAME + ":none";
    for (Run run : List.of(sign(missing), verify(missing))) {
      expect(
          run,
          1,
          "opening docker://%s: %s/%s has no tag none; its last tags are latest"
              .formatted(missing, registry.host(), NAME));
    }
    assertThat(sign("oci:DIR/x").exitCode()).isEqualTo(2);
    expect(sign("oci:DIR/x"), 2, "expected docker://HOST/PATH[:TAG][@DIGEST], got \"oci:DIR/x\"");
  }

  @Test
  void aRefusalOfTheRegistryIsReported() {
    registry.failAll("PUT /v2/owner/os/manifests/.*", Fault.error(403, "DENIED", "read only"));
    Run run = sign(pinned);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).startsWith("varve: pushing manifest sha256:").contains("read only");
  }

  private Digest index() throws IOException {
    Manifest first = registry.putImage(NAME, "a", new byte[] {2});
    Manifest second = registry.putImage(NAME, "b", new byte[] {3});
    String json =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(
                MediaTypes.OCI_INDEX, first.descriptor().toJson(), second.descriptor().toJson());
    return registry.putManifest(NAME, "all", MediaTypes.OCI_INDEX, json.getBytes(UTF_8)).digest();
  }

  private List<String> signatureTags() {
    return registry.tags(NAME).stream().filter(tag -> tag.endsWith(".sig")).toList();
  }

  @Test
  void anIndexIsSignedAloneOrWithItsImages() throws IOException {
    Digest index = index();
    String reference = registry.host() + "/" + NAME + "@" + index;
    Run alone = sign(reference);
    assertThat(alone.lines().get(0))
        .isEqualTo(
            "note: docker://"
                + reference
                + " is an index, and only the index is signed; --recursive signs its 2 images as well");
    assertThat(signatureTags()).containsExactly("sha256-" + index.hex() + ".sig");
    Run all = sign(reference, "--recursive", "--json");
    assertThat(all.json().objects("signed")).hasSize(3);
    assertThat(all.json().objects("signed").get(2).string("image")).isEqualTo(reference);
    assertThat(signatureTags()).hasSize(3);
    assertThat(verify(reference).exitCode()).isZero();
    assertThat(verify(registry.host() + "/" + NAME + ":b").exitCode()).isZero();
  }

  @Test
  void aBundleIsMadeBesideTheSignatureUnderTheTag() {
    assertThat(sign(pinned, "--bundle").err()).endsWith(", also as a bundle\n");
    assertThat(sign(pinned, "--bundle").err()).endsWith(", also as a bundle, as before\n");
    assertThat(verify(pinned).report())
        .containsSequence("  tag     as " + registry.host() + "/" + NAME, "  bundle");
  }

  @Test
  void aBundleOfAnotherKindMakesSigningAndVerifyingWarn() throws IOException {
    Path bundle = Files.writeString(directory.resolve("provenance.json"), "{}");
    Run attached =
        cli.run(
            "attach",
            pinned,
            bundle.toString(),
            "--artifact-type",
            "application/vnd.dev.sigstore.bundle.v0.3+json");
    assertThat(attached.exitCode()).as(attached.err()).isZero();
    String warning =
        "WARNING: "
            + pinned
            + " has a Sigstore bundle other than a signature by this key, such as an attestation: in"
            + " this case cosign 3 only reads bundles, and refuses the signature under the tag; ";
    assertThat(sign(pinned).err()).endsWith(warning + "sign with --bundle too\n");
    Run verified = verify(pinned);
    assertThat(verified.exitCode()).isZero();
    assertThat(verified.err()).endsWith(warning + "`varve sign --bundle` signs it in both forms\n");
    assertThat(sign(pinned, "--bundle").err()).doesNotContain("WARNING");
    assertThat(verify(pinned).err()).doesNotContain("WARNING");
  }

  @Test
  void aSignatureIsEnteredIntoTheTransparencyLogOnRequest() throws IOException {
    try (FakeTransparencyLog log = FakeTransparencyLog.start()) {
      Files.writeString(directory.resolve("log.pub"), log.publicKey());
      String url = log.url().toString();
      sign(pinned, "--rekor-url", url);
      sign(pinned, "--tlog-upload=false", "--rekor-url", url);
      assertThat(log.size()).isZero();
      Run unlogged = verify(pinned, "--rekor-public-key", "DIR/log.pub");
      assertThat(unlogged.exitCode()).isEqualTo(5);
      assertThat(unlogged.err())
          .startsWith(
              "varve: verifying the signature of "
                  + pinned
                  + ": expected an entry in the log of the key sha256:")
          .endsWith(", got 1 signature by the key without one\n");

      Run run = sign(pinned, "--tlog-upload", "--rekor-url", url, "--json");
      assertThat(run.lines().get(0))
          .isEqualTo(
              "note: signatures, the digests of the signed images and the public key will be public in "
                  + url
                  + " forever");
      assertThat(run.lines().get(1)).endsWith(", entry 0 of the log");
      assertThat(run.json().objects("signed").get(0).number("logIndex")).isZero();
      assertThat(log.size()).isEqualTo(1);
      assertThat(verify(pinned, "--rekor-public-key", "DIR/log.pub").report())
          .last()
          .isEqualTo("  tag  as " + registry.host() + "/" + NAME + "  entry 0 of the log");
      assertThat(verify(pinned, "--rekor-public-key", "env://MAIN_PUB").exitCode()).isEqualTo(5);
    }
    Run gone =
        sign(pinned, "--tlog-upload", "--rekor-url", "http://127.0.0.1:1", "--retry-times=0");
    assertThat(gone.exitCode()).as("the log has the entry already").isZero();
  }

  @Test
  void aLogThatCannotBeReachedLeavesTheImageUnsigned() {
    Run gone =
        sign(pinned, "--tlog-upload", "--rekor-url", "http://127.0.0.1:1", "--retry-times=0");
    assertThat(gone.exitCode()).isEqualTo(4);
    assertThat(gone.lines())
        .last()
        .asString()
        .startsWith("varve: entering the signature into the transparency log http://127.0.0.1:1: ");
    assertThat(signatureTags()).isEmpty();
    assertThat(sign(pinned, "--tlog-upload", "--rekor-url", "rekor").exitCode()).isEqualTo(2);
  }

  @Test
  void aFileIsAttachedAndCanBeSigned() throws IOException {
    Files.writeString(directory.resolve("os.spdx.json"), "{}");
    String[] line = {
      "attach", pinned, "DIR/os.spdx.json", "--artifact-type", "application/spdx+json", "-a", "k=v"
    };
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEqualTo("attached DIR/os.spdx.json (2 B) to " + image + "\n");
    Digest artifact = Digest.parse(run.out().strip());
    Manifest manifest =
        Manifest.parse(registry.manifest(NAME, artifact.toString()).orElseThrow(), "artifact");
    assertThat(manifest.toString())
        .isEqualTo(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"artifactType\":\"application/spdx+json\","
                + "\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\","
                + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\","
                + "\"size\":2},\"layers\":[{\"mediaType\":\"application/spdx+json\","
                + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\","
                + "\"size\":2,\"annotations\":{\"org.opencontainers.image.title\":\"os.spdx.json\"}}],"
                + "\"subject\":"
                + manifest.subject().orElseThrow().toJson()
                + ",\"annotations\":{\"k\":\"v\"}}");
    assertThat(manifest.subject().orElseThrow().digest()).isEqualTo(image);
    assertThat(cli.run(line).out()).isEqualTo(artifact + "\n");
    assertThat(cli.run(line[0], line[1], line[2], line[3], line[4], "--json").json().names())
        .containsExactly("artifact", "digest", "subject", "bytes");
    String sbom = registry.host() + "/" + NAME + "@" + artifact;
    assertThat(sign(sbom).exitCode()).isZero();
    assertThat(verify(sbom).exitCode()).isZero();
  }

  @Test
  void wrongOptionsAndMissingFilesOfAttachAreReported() throws IOException {
    Files.writeString(directory.resolve("f"), "");
    expect(
        cli.run("attach", pinned, "DIR/f", "--artifact-type", "sbom"),
        2,
        "--artifact-type: expected a media type such as application/spdx+json, got \"sbom\"");
    expect(
        cli.run("attach", pinned, "DIR/f", "--artifact-type", "a/b", "--annotation", "x"),
        2,
        "--annotation: expected K=V, got \"x\"");
    expect(
        cli.run("attach", pinned, "DIR/none", "--artifact-type", "a/b"),
        1,
        "attaching DIR/none to " + pinned + ": there is no DIR/none");
  }
}
