package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.Manifest;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Three builds of an image, and a repository to publish them to. */
public abstract class PublishTestBase {
  protected static final String NAME = "owner/os";
  protected static final String V2 = "/v2/owner/os/";
  protected static final String UPLOADS = "PUT " + V2 + "blobs/uploads/.*";
  protected static final String VERSION = "org.opencontainers.image.version";

  /** The pattern of tags in the default format. */
  protected static final String VERSIONS = "^[0-9]+-[0-9]{8}(\\.[0-9]{1,5})?$";

  @TempDir protected Path directory;
  protected FakeRegistry registry;
  protected Cli cli;
  protected String repository;

  @BeforeEach
  protected void start() throws IOException {
    registry = FakeRegistry.start();
    repository = registry.host() + "/" + NAME;
    cli = new Cli(directory);
    day(10);
    source("monday", "1");
    source("tuesday", "2");
    source("wednesday", "3");
  }

  @AfterEach
  protected void stop() throws IOException {
    registry.close();
  }

  /** Writes an image with three directories, of which usr changes. */
  protected void source(String tag, String content) throws IOException {
    new Sample()
        .file("opt/a", "always the same")
        .file("srv/b", "this as well")
        .file("usr/c", content)
        .label("made.by", "a test")
        .writeTo(directory.resolve("os"), tag);
  }

  protected void day(int day) {
    cli.at("2025-10-" + day + "T12:00:00Z");
  }

  protected Run publish(String tag, String... options) {
    List<String> line = new ArrayList<>(List.of("publish", "-q", "oci:DIR/os:" + tag));
    line.add("docker://" + repository);
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  protected Digest published(String tag, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of(options));
    line.add("--json");
    Run run = publish(tag, line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return Digest.parse(run.json().string("digest"));
  }

  protected Optional<Digest> at(String tag) {
    return registry.manifest(NAME, tag).map(Digest::of);
  }

  protected Manifest manifest(String reference) throws IOException {
    return Manifest.parse(registry.manifest(NAME, reference).orElseThrow(), reference);
  }

  protected Map<String, String> labels(String reference) throws IOException {
    byte[] config = registry.blob(manifest(reference).config().digest()).orElseThrow();
    return ImageConfig.parse(config, reference).labels();
  }
}
