package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.core.image.Digest;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** An image in distribution's registry, and Varve, cosign 2.5, cosign 3 and skopeo. */
@Tag("judge")
abstract class SigningJudgeBase {
  static final String PASSWORD = "pass word";

  /** A skopeo that verifies signatures; the skopeo of Debian 12 is built without this. */
  static final String SKOPEO = System.getenv().getOrDefault("NEWER_SKOPEO", "newer-skopeo");

  static RealRegistry registry;
  private static int repositories;

  @TempDir Path directory;
  Tools tools;
  Cli cli;
  String repository;
  Digest image;
  String pinned;

  /** The supported versions of cosign. */
  enum Cosign {
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

  Run varve(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  void generateKeyPair() {
    varve("generate-key-pair", "--output-key-prefix", "DIR/cosign");
  }
}
