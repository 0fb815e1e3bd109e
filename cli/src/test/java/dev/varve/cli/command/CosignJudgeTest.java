package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.FakeTransparencyLog;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that Varve and cosign verify each other's signatures. */
@Tag("judge")
final class CosignJudgeTest extends SigningJudgeBase {
  private String cosign(Cosign which, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("env", "COSIGN_PASSWORD=" + PASSWORD));
    line.add(which.program());
    line.addAll(List.of(arguments));
    return tools.run(line.toArray(String[]::new));
  }

  private void cosignVerifies(Cosign which) throws Exception {
    String output =
        cosign(
            which,
            "verify",
            "--key",
            "cosign.pub",
            "--insecure-ignore-tlog",
            "--allow-http-registry",
            pinned);
    assertThat(output).contains(image.toString());
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
  void cosignVerifiesSignaturesOfVarveWithCosignsKey(Cosign which) throws Exception {
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
  void varveVerifiesSignaturesOfCosignWithVarvesKey(Cosign which) throws Exception {
    generateKeyPair();
    cosignSigns(which);
    assertThat(verifiedForms()).containsExactly(which == Cosign.TWO ? "tag" : "bundle");
    cosignVerifies(which);
    assertThat(cosign(which, "public-key", "--key", "cosign.key"))
        .isEqualTo(Files.readString(directory.resolve("cosign.pub")));
  }

  @Test
  void varveAndCosignKeepEachOthersSignatures() throws Exception {
    generateKeyPair();
    varve("sign", "--key", "DIR/cosign.key", pinned);
    String tag = repository + ":sha256-" + image.hex() + ".sig";
    Digest signature = tools.digest(tag);
    cosignSigns(Cosign.TWO);
    cosignSigns(Cosign.THREE, "--new-bundle-format=false");
    assertThat(tools.digest(tag)).isEqualTo(signature);
    assertThat(varve("sign", "--key", "DIR/cosign.key", pinned).err()).endsWith(", as before\n");
    assertThat(tools.digest(tag)).isEqualTo(signature);
    varve("generate-key-pair", "--output-key-prefix", "DIR/other");
    varve("sign", "--key", "DIR/other.key", pinned);
    assertThat(tools.digest(tag)).isNotEqualTo(signature);
    cosignVerifies(Cosign.TWO);
    cosignVerifies(Cosign.THREE);
  }

  @Test
  void cosign3ReadsBundles() throws Exception {
    generateKeyPair();
    varve("sign", "--bundle", "--key", "DIR/cosign.key", pinned);
    cosignVerifies(Cosign.THREE);
    cosignVerifies(Cosign.TWO);
    assertThat(verifiedForms()).containsExactly("tag", "bundle");
    // Beside a bundle of another key, cosign 3 would not read a signature under the tag.
    varve("generate-key-pair", "--output-key-prefix", "DIR/other");
    varve("sign", "--bundle", "--key", "DIR/other.key", pinned);
    cosignVerifies(Cosign.THREE);
  }

  @Test
  void cosign3RequiresABundleBesideAnAttestation() throws Exception {
    generateKeyPair();
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
        .endsWith("; sign with --bundle too\n");

    varve("sign", "--bundle", "--key", "DIR/cosign.key", pinned);
    cosignVerifies(Cosign.THREE);
    assertThat(varve("verify", "--key", "DIR/cosign.pub", pinned).err()).doesNotContain("WARNING");
  }

  @ParameterizedTest
  @EnumSource(Cosign.class)
  void cosignVerifiesEntriesOfTheTransparencyLog(Cosign which) throws Exception {
    generateKeyPair();
    try (FakeTransparencyLog log = FakeTransparencyLog.start()) {
      Files.writeString(directory.resolve("log.pub"), log.publicKey());
      String url = log.url().toString();
      varve("sign", "--tlog-upload", "--rekor-url", url, "--key", "DIR/cosign.key", pinned);
    }
    String output =
        tools.run(
            "env",
            "SIGSTORE_REKOR_PUBLIC_KEY=" + directory.resolve("log.pub"),
            which.program(),
            "verify",
            "--key",
            "cosign.pub",
            "--allow-http-registry",
            pinned);
    assertThat(output).contains(image.toString());
  }

  @Test
  void anArtifactIsSignedLikeAnImage() throws Exception {
    generateKeyPair();
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
}
