package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void imagesOfTheOwnerMustBeSignedAndOthersNeedNot() throws IOException {
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
  void aBackupKeyAddsAPath() throws IOException {
    cli.run("policy", "ghcr.io/owner/os", "-o", "DIR/etc", "--key", "/a.pub", "--key", "/b.pub");
    JsonObject signed =
        policy().object("transports").object("docker").objects("ghcr.io/owner/os").get(0);
    assertThat(signed.strings("keyPaths")).containsExactly("/a.pub", "/b.pub");
    assertThat(signed.has("keyPath")).isFalse();
    assertThat(directory.resolve("etc/registries.d/owner-os.yaml")).exists();
  }

  private Run write(String... more) {
    List<String> line = new ArrayList<>(List.of("policy", "ghcr.io/owner", "-o", "DIR/etc"));
    line.addAll(List.of(more));
    return cli.run(line.toArray(String[]::new));
  }

  @Test
  void aMalformedPolicyIsNotChanged() throws IOException {
    Files.createDirectories(directory.resolve("etc"));
    for (String text : List.of("mine", "[]", "{}")) {
      Files.writeString(directory.resolve("etc/policy.json"), text);
      for (Run run : List.of(write(), write("--force"))) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("DIR/etc/policy.json");
      }
      assertThat(directory.resolve("etc/registries.d")).doesNotExist();
      assertThat(directory.resolve("etc/policy.json")).hasContent(text);
    }
  }

  @Test
  void theScopesOfAnExistingPolicyAreKept() throws IOException {
    Files.createDirectories(directory.resolve("etc/registries.d"));
    String others =
        "\"default\":[{\"type\":\"insecureAcceptAnything\"}],\"x\":1,\"transports\":{\"docker-daemon\":"
            + "{\"\":[{\"type\":\"reject\"}]},\"docker\":{\"quay.io/other\":[{\"type\":\"reject\"}]";
    Files.writeString(directory.resolve("etc/policy.json"), "{" + others + "}}}");
    Files.writeString(directory.resolve("etc/registries.d/other.yaml"), "docker:\n");

    assertThat(write().exitCode()).isZero();

    String once = policy().toString();
    assertThat(once)
        .isEqualTo(
            "{"
                + others
                + ",\"ghcr.io/owner\":[{\"type\":\"sigstoreSigned\","
                + "\"keyPath\":\"/usr/lib/pki/containers/owner.pub\","
                + "\"signedIdentity\":{\"type\":\"matchRepository\"}}]}}}");
    assertThat(directory.resolve("etc/registries.d/other.yaml")).hasContent("docker:\n");
    assertThat(write().lines().get(0))
        .isEqualTo("the policy for ghcr.io/owner is in DIR/etc/policy.json already");
    assertThat(policy()).hasToString(once);
  }

  @Test
  void anotherRuleForTheScopeIsReplacedByForceOnly() throws IOException {
    assertThat(write("--key", "/a.pub").exitCode()).isZero();
    cli.run("policy", "quay.io/other", "-o", "DIR/etc");
    String before = policy().toString();
    assertThat(write("--key", "/b.pub"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: writing the policy for ghcr.io/owner: DIR/etc/policy.json has another rule"
                    + " for it; --force replaces it\n"));
    assertThat(policy()).hasToString(before);
    assertThat(write("--key", "/b.pub", "--force").exitCode()).isZero();
    assertThat(policy()).hasToString(before.replace("/a.pub", "/b.pub"));
  }

  @Test
  void ownersWithOneNameAtTwoRegistriesGetSeparateFiles() throws IOException {
    write();
    cli.run("policy", "localhost:5000/owner", "-o", "DIR/etc");
    write();
    assertThat(directory.resolve("etc/registries.d/owner.yaml"))
        .hasContent("docker:\n  ghcr.io/owner:\n    use-sigstore-attachments: true\n");
    assertThat(directory.resolve("etc/registries.d/localhost-5000-owner.yaml"))
        .hasContent("docker:\n  localhost:5000/owner:\n    use-sigstore-attachments: true\n");
    assertThat(directory.resolve("etc/registries.d")).isDirectoryNotContaining("glob:**ghcr*");
    assertThat(policy().object("transports").object("docker").names())
        .containsExactly("ghcr.io/owner", "", "localhost:5000/owner");
  }

  @Test
  void settingsOfTheScopeInAnotherFileAreNotRepeated() throws IOException {
    Path other = Files.createDirectories(directory.resolve("etc/registries.d")).resolve("a.yaml");
    Files.writeString(other, "docker:\n  ghcr.io/owner:\n    use-sigstore-attachments: true\n");
    assertThat(write().lines().get(0)).isEqualTo("wrote DIR/etc/policy.json");
    assertThat(directory.resolve("etc/registries.d/owner.yaml")).doesNotExist();
    Files.delete(directory.resolve("etc/policy.json"));
    Files.writeString(other, "docker:\n  ghcr.io/owner:\n    lookaside: https://a.test\n");
    assertThat(write("--force").err())
        .isEqualTo(
            "varve: writing the policy for ghcr.io/owner: DIR/etc/registries.d/a.yaml has other"
                + " settings for it; expected \"use-sigstore-attachments: true\" there\n");
    assertThat(directory.resolve("etc/policy.json")).doesNotExist();
  }

  @Test
  void aNarrowerRuleIsReported() throws IOException {
    cli.run("policy", "ghcr.io/owner/os", "-o", "DIR/etc");
    assertThat(write().lines())
        .contains("note: DIR/etc/policy.json has a rule of its own for ghcr.io/owner/os");
  }

  @Test
  void aMalformedScopeOrPathIsWrongUsage() {
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
