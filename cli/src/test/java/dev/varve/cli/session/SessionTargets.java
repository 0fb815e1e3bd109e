package dev.varve.cli.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.fuzz.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The parsers of references and of the policy of containers' tools. */
public final class SessionTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "reference",
            SessionTargets::readReference,
            "docker://ghcr.io/owner/os:v1",
            "oci:dir:tag",
            "docker-archive:file:localhost/os:v1",
            "containers-storage:localhost/os",
            "rootfs:/mnt"),
        FuzzTarget.ofText(
            "policy",
            SessionTargets::readPolicy,
            "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"x\":[{\"type\":\"reject\"}]}}}"));
  }

  private static void readReference(byte[] text) throws IOException {
    Reference reference;
    try {
      reference = Reference.parse(new String(text, UTF_8));
      reference.digest();
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
    assertThat(reference.location()).isNotEmpty();
  }

  private static void readPolicy(byte[] json) throws IOException {
    TemporaryFiles.in(
        directory -> {
          Files.write(directory.resolve("policy.json"), json);
          ContainersPolicy policy = new ContainersPolicy(directory, "ghcr.io/owner/os", false);
          policy.writeSignedBy("os", List.of("/etc/pki/os.pub"));
          assertThat(policy.writeSignedBy("os", List.of("/etc/pki/os.pub")).files()).isEmpty();
        });
  }
}
