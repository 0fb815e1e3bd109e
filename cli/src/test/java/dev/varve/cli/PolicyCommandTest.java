package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void setUp() {
    cli = new Cli(directory);
  }

  private JsonObject policy() throws IOException {
    return JsonObject.parse(Files.readAllBytes(directory.resolve("etc/policy.json")), "policy");
  }

  @Test
  void theImageOfOneOwnerMustBeSignedAndOthersNeedNot() throws IOException {
    Run run = cli.run("policy", "docker://ghcr.io/owner", "--output", "DIR/etc");
    assertThat(run.exitCode()).isZero();
    assertThat(run.lines())
        .containsExactly(
            "wrote DIR/etc/policy.json and DIR/etc/registries.d/owner.yaml",
            "note: the image needs the public key in /usr/lib/pki/containers/owner.pub");
    assertThat(directory.resolve("etc/registries.d/owner.yaml"))
        .hasContent("docker:\n  ghcr.io/owner:\n    use-sigstore-attachments: true\n");
    String anything = "{\"\":[{\"type\":\"insecureAcceptAnything\"}]}";
    assertThat(policy().toString())
        .isEqualTo(
            "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"ghcr.io/owner\":["
                + "{\"type\":\"sigstoreSigned\",\"keyPath\":\"/usr/lib/pki/containers/owner.pub\","
                + "\"signedIdentity\":{\"type\":\"matchRepository\"}}],"
                + anything.substring(1, anything.length() - 1)
                + "},\"containers-storage\":"
                + anything
                + ",\"dir\":"
                + anything
                + ",\"docker-archive\":"
                + anything
                + ",\"docker-daemon\":"
                + anything
                + ",\"oci\":"
                + anything
                + ",\"oci-archive\":"
                + anything
                + ",\"tarball\":"
                + anything
                + "}}");
  }

  @Test
  void aBackupKeyIsAnotherPath() throws IOException {
    cli.run("policy", "ghcr.io/owner/os", "-o", "DIR/etc", "--key", "/a.pub", "--key", "/b.pub");
    JsonObject signed =
        policy().object("transports").object("docker").objects("ghcr.io/owner/os").get(0);
    assertThat(signed.strings("keyPaths")).containsExactly("/a.pub", "/b.pub");
    assertThat(signed.has("keyPath")).isFalse();
    assertThat(directory.resolve("etc/registries.d/owner-os.yaml")).exists();
  }

  @Test
  void whatIsThereIsNotOverwrittenUnlessByForce() throws IOException {
    Files.createDirectories(directory.resolve("etc"));
    Files.writeString(directory.resolve("etc/policy.json"), "mine");
    String[] line = {"policy", "ghcr.io/owner", "-o", "DIR/etc"};
    assertThat(cli.run(line))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: writing the policy for ghcr.io/owner: DIR/etc/policy.json is there"
                    + " already\n"));
    assertThat(directory.resolve("etc/registries.d")).doesNotExist();
    assertThat(directory.resolve("etc/policy.json")).hasContent("mine");
    assertThat(cli.run(line[0], line[1], line[2], line[3], "--force").exitCode()).isZero();
    assertThat(policy().names()).containsExactly("default", "transports");
  }

  @Test
  void whatIsNoScopeOrNoPathIsWrongUsage() {
    assertThat(cli.run("policy", "ghcr.io").exitCode()).isEqualTo(2);
    assertThat(cli.run("policy", "ghcr.io/owner", "--key", "cosign.pub"))
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: --key: expected an absolute path on the machines that get the updates, such"
                    + " as /usr/lib/pki/containers/owner.pub, got \"cosign.pub\"\n"));
  }
}
