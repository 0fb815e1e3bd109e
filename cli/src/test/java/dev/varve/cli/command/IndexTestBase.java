package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.cli.Cli;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry for images of several platforms, and the command line. */
abstract class IndexTestBase {
  @TempDir Path directory;
  FakeRegistry registry;
  Cli cli;
  String repository;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    repository = "docker://" + registry.host() + "/owner/os";
    cli = new Cli(directory);
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  /** Pushes an image for a platform by digest. */
  Descriptor image(String path, String platform) throws IOException {
    return image(path, platform, ImageConfig.forPlatform(Platform.parse(platform)));
  }

  Descriptor image(String path, String platform, String build) throws IOException {
    return image(
        path,
        platform,
        ImageConfig.forPlatform(Platform.parse(platform)).withLabels(Map.of("build", build)));
  }

  Descriptor image(String path, String platform, ImageConfig imageConfig) throws IOException {
    byte[] layer = ("for " + platform).getBytes(UTF_8);
    byte[] config = imageConfig.toBytes();
    registry.put(path, layer);
    registry.put(path, config);
    Manifest manifest =
        new Manifest(
            Descriptor.of(MediaTypes.OCI_CONFIG, config),
            List.of(Descriptor.of(MediaTypes.OCI_LAYER, layer)),
            Map.of());
    return put(path, manifest);
  }

  Descriptor put(String path, Manifest manifest) {
    byte[] bytes = manifest.toBytes();
    String digest = Descriptor.of("", bytes).digest().toString();
    return registry.putManifest(path, digest, manifest.mediaType(), bytes);
  }

  void attach(String path, Descriptor subject, String type) throws IOException {
    registry.put(path, new byte[] {'{', '}'});
    put(
        path,
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Optional.of(type),
            Descriptor.of(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'}),
            List.of(),
            Optional.of(subject),
            Map.of()));
  }

  ImageIndex index(String path, String tag) throws IOException {
    return ImageIndex.parse(registry.manifest(path, tag).orElseThrow(), tag);
  }

  static Descriptor listed(Descriptor image, String platform) {
    return image.withPlatform(Platform.parse(platform));
  }
}
