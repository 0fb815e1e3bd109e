package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests {@code --max-layer-size} on an image with a sparse file of 100 GiB. The layer ends before
 * the file's data: if the size is accepted, reading fails at this place, without hashing 100 GiB.
 */
final class LayerSizeTest {
  private static final Platform PLATFORM = Platform.parse("linux/amd64");

  @TempDir private Path directory;
  private Cli cli;
  private Descriptor layer;

  @BeforeEach
  void writeImage() throws IOException {
    cli = new Cli(directory);
    Files.createDirectories(directory.resolve("more"));
    byte[] tar = sparse("disk.img", 100L << 30);
    try (ImageSink sink = OciLayout.create(directory.resolve("os"), "1", "oci:os")) {
      ImageConfig config =
          ImageConfig.forPlatform(PLATFORM).withLayers(List.of(Digest.of(tar)), List.of());
      layer = sink.write(MediaTypes.OCI_LAYER, tar);
      Descriptor written = sink.write(MediaTypes.OCI_CONFIG, config.toBytes());
      sink.commit(new Manifest(written, List.of(layer), Map.of()), PLATFORM, List.of());
    }
  }

  /** Returns a tar with one file in GNU tar's sparse format 1.0, without the data of the file. */
  private static byte[] sparse(String name, long size) {
    String attributes =
        attribute("GNU.sparse.major=1")
            + attribute("GNU.sparse.minor=0")
            + attribute("GNU.sparse.name=" + name)
            + attribute("GNU.sparse.realsize=" + size);
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(header("attributes", 'x', attributes.length()));
    tar.writeBytes(block(attributes));
    tar.writeBytes(header(name, '0', 1024));
    tar.writeBytes(block("1\n0\n512\n"));
    return tar.toByteArray();
  }

  private static String attribute(String text) {
    int length = text.length() + 4;
    return length + " " + text + "\n";
  }

  private static byte[] block(String text) {
    return Arrays.copyOf(text.getBytes(ISO_8859_1), 512);
  }

  private static byte[] header(String name, char type, int size) {
    StringBuilder header = new StringBuilder("\0".repeat(512));
    put(header, 0, name);
    put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(header, 124, "%011o\0".formatted(size) + "00000000000\0" + "        " + type);
    put(header, 257, "ustar\00000");
    int sum = header.chars().sum();
    put(header, 148, "%06o\0 ".formatted(sum));
    return block(header.toString());
  }

  private static void put(StringBuilder header, int at, String text) {
    header.replace(at, at + text.length(), text);
  }

  private Run append(String... options) {
    List<String> line =
        new ArrayList<>(
            List.of("append", "-q", "oci:DIR/os:1", "oci:DIR/os:2", "--layer=DIR/more"));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  private String refusal(long most) {
    return "varve: decompressing layer %s of oci:DIR/os:1: the files of the image's layers have more than %d bytes, over 300 times its size; that is a decompression bomb; --max-layer-size allows more\n"
        .formatted(layer.digest(), most);
  }

  @Test
  void aLayerMayBeAsLargeAsTheOptionAllows() throws IOException {
    assertThat(append()).isEqualTo(new Run(1, "", refusal(64L << 30)));
    assertThat(append("--max-layer-size=102399MiB"))
        .isEqualTo(new Run(1, "", refusal((100L << 30) - (1 << 20))));
    assertThat(cli.scratch()).isEmpty();

    assertThat(append("--max-layer-size=100GiB").err())
        .endsWith(": entry at offset 1024 (disk.img): the archive ends within its content\n");
  }

  @Test
  void aLimitBelowTheDefaultIsIgnored() {
    assertThat(append("--max-layer-size=1MB")).isEqualTo(new Run(1, "", refusal(64L << 30)));
  }
}
