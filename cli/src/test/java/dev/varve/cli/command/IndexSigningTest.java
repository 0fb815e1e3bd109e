package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.signing.SignatureAttachment;
import dev.varve.registry.fake.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve index create --key}. */
final class IndexSigningTest extends IndexTestBase {
  @Test
  void theIndexAndItsImagesAreSignedBeforeATagPointsToIt() throws IOException {
    Descriptor arm = image("owner/os", "linux/arm64/v8");
    Descriptor amd = image("owner/os", "linux/amd64");
    registry.clearRequests();
    Run run = createSigned(repository + ":40", arm, amd, "--tag", "latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .containsPattern("signed the index and its 2 images by the key [0-9a-f]{12}");
    Digest index = Digest.of(index("owner/os", "40").toBytes());
    assertThat(registry.requests("PUT /v2/owner/os/manifests/[^:]*"))
        .extracting(request -> request.path().replaceFirst(".*/", ""))
        .containsExactly(
            SignatureAttachment.tag(arm.digest()),
            SignatureAttachment.tag(amd.digest()),
            SignatureAttachment.tag(index),
            "40",
            "latest");
    Run verified =
        cli.run("verify", "--key", "DIR/cosign.pub", repository.substring(9) + "@" + index);
    assertThat(verified.exitCode()).as(verified.err()).isZero();
  }

  @Test
  void noTagPointsToAnIndexThatCouldNotBeSigned() throws IOException {
    Descriptor amd = image("owner/os", "linux/amd64");
    registry.failAll("PUT .*[.]sig", Fault.error(403, "DENIED", "no"));
    Run run = createSigned(repository + ":40", amd);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(registry.tags("owner/os")).isEmpty();
  }

  @Test
  void anIndexInADirectoryIsNotSigned() throws IOException {
    Run run = createSigned("oci:DIR/out:40", image("owner/os", "linux/amd64"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "--key: expected an index in a registry, docker://HOST/PATH[:TAG], got oci:DIR/out:40");
  }

  @Test
  void noTagMovesIfOneIsMalformed() throws IOException {
    Descriptor amd = image("owner/os", "linux/amd64");
    String expected =
        "expected a tag of at most 128 letters, digits, underscores, dots and dashes, the first no"
            + " dot or dash, got \"*\"";
    String image = repository + "@" + amd.digest();
    List<Run> runs =
        List.of(
            cli.run("index", "create", repository + ":40", image, "--tag", "a", "--tag", "*"),
            createSigned(repository + ":40", amd, "--tag", "a", "--tag", "*"),
            cli.run("copy", image, repository + ":40", "--tag", "a", "--tag", "*"));
    assertThat(runs)
        .allSatisfy(
            run -> {
              assertThat(run.exitCode()).isEqualTo(2);
              assertThat(run.err()).contains(expected);
            });
    assertThat(registry.tags("owner/os")).isEmpty();
  }

  private Run createSigned(String to, Descriptor first, Object... others) {
    cli.with("COSIGN_PASSWORD", "");
    assertThat(cli.run("generate-key-pair", "--output-key-prefix", "DIR/cosign").exitCode())
        .isZero();
    List<String> line =
        new ArrayList<>(List.of("index", "create", "-q", to, repository + "@" + first.digest()));
    for (Object each : others) {
      line.add(each instanceof Descriptor image ? repository + "@" + image.digest() : "" + each);
    }
    line.addAll(List.of("--key", "DIR/cosign.key"));
    return cli.run(line.toArray(String[]::new));
  }
}
