package dev.varve.core.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.fuzz.TemporaryFiles;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The readers of OCI layouts and of docker's archives. */
public final class LayoutTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "one", "two");
    List<byte[]> seeds = new ArrayList<>();
    TemporaryFiles.in(
        directory -> {
          TestLayout layout = new TestLayout(directory.resolve("it")).add(image, "v1");
          seeds.add(Files.readAllBytes(layout.pack(directory.resolve("it.tar"))));
          TestImage small = new TestImage(TestImage.AMD64, "one");
          Map<String, byte[]> files = new HashMap<>();
          files.put("c.json", small.config().toBytes());
          files.put("1/layer.tar", small.tars.get(0));
          files.put(
              "manifest.json",
              """
              [{"Config":"c.json","RepoTags":["localhost/os:v1"],
              "Layers":["2/layer.tar"]}]"""
                  .getBytes(UTF_8));
          Path archive = directory.resolve("docker.tar");
          TestLayout.pack(archive, files, Map.of("2/layer.tar", "../1/layer.tar"));
          seeds.add(Files.readAllBytes(archive));
        });
    return List.of(
        new FuzzTarget("oci-archive", LayoutTargets::readOciArchive, List.of(seeds.get(0))),
        new FuzzTarget("oci-index", LayoutTargets::readIndex, List.of(index())),
        new FuzzTarget("docker-archive", LayoutTargets::readDockerArchive, List.of(seeds.get(1))));
  }

  private static byte[] index() throws IOException {
    List<byte[]> index = new ArrayList<>();
    TemporaryFiles.in(
        directory ->
            index.add(Files.readAllBytes(layout(directory).directory.resolve("index.json"))));
    return index.get(0);
  }

  /** Writes a layout with one image, and an index of it. */
  private static TestLayout layout(Path directory) throws IOException {
    TestLayout layout = new TestLayout(directory.resolve("it"));
    TestImage image = new TestImage(TestImage.AMD64, "one");
    layout.put(image);
    return layout.list(
        TestLayout.tagged(layout.index(image.descriptor()), "v1"),
        TestLayout.tagged(image.descriptor(), "v1"));
  }

  private static void readIndex(byte[] index) throws IOException {
    TemporaryFiles.in(
        directory -> {
          TestLayout layout = layout(directory);
          Files.write(layout.directory.resolve("index.json"), index);
          try (ImageSource source =
              OciLayout.open(layout.directory, "v1", PlatformChoice.any(), "oci:it")) {
            read(source);
          }
        });
  }

  private static void readOciArchive(byte[] archive) throws IOException {
    TemporaryFiles.in(
        directory -> {
          Path file = Files.write(directory.resolve("it.tar"), archive);
          try (ImageSource source =
              OciLayout.openArchive(file, "v1", PlatformChoice.any(), "oci-archive:it")) {
            read(source);
          }
        });
  }

  private static void readDockerArchive(byte[] archive) throws IOException {
    TemporaryFiles.in(
        directory -> {
          Path file = Files.write(directory.resolve("it.tar"), archive);
          try (ImageSource source =
              DockerArchive.open(file, "", PlatformChoice.any(), "docker-archive:it")) {
            read(source);
          }
        });
  }

  /** Reads all blobs, whose digests the source checks. */
  private static void read(ImageSource source) throws IOException {
    assertThat(source.manifest().layers()).hasSameSizeAs(source.config().diffIds());
    source.referrers(source.descriptor(), type -> true);
    for (Descriptor blob : source.manifest().blobs()) {
      try (InputStream in = source.open(blob)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }
}
