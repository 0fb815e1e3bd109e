package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.fuzz.TemporaryFiles;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The parsers of layers and of OSTree's repositories. */
public final class FileTreeTargets implements FuzzTargets {
  private static final LayerLimits LIMITS = new LayerLimits(1 << 20, 16 << 20, 16 << 20);

  @Override
  public List<FuzzTarget> targets() throws IOException {
    byte[] lower =
        new LayerBytes()
            .directory("usr")
            .file("usr/a", "a", Xattrs.of(Map.of("user.x", "y".getBytes(UTF_8))))
            .link("usr/b", "usr/a")
            .symlink("bin", "usr/bin")
            .file("bin/sh", "sh")
            .file("etc/x/y", "z")
            .toBytes();
    byte[] upper =
        new LayerBytes()
            .whiteout("usr/b")
            .opaque("etc/x")
            .file("etc/x/new", "n")
            .add(LayeredTreeFixture.device("usr/a", 0, 0))
            .add("fifo", TarEntry.Type.FIFO, 0644, "")
            .toBytes();
    return List.of(
        new FuzzTarget("layers", FileTreeTargets::readLayers, List.of(joined(lower, upper), lower)),
        new FuzzTarget(
            "ostree-xattrs",
            FileTreeTargets::readXattrs,
            List.of(
                HexFormat.of()
                    .parseHex(
                        "73656375726974792e6361706162696c69747900010000020020000000000000000000000000000014"
                            + "757365722e636f6d706f6e656e7400626173680f293d"),
                new byte[0])),
        new FuzzTarget(
            "ostree-repository", FileTreeTargets::readRepository, List.of(repository())));
  }

  private static byte[] joined(byte[] lower, byte[] upper) {
    byte[] both = Arrays.copyOf(lower, lower.length + upper.length);
    System.arraycopy(upper, 0, both, lower.length, upper.length);
    return both;
  }

  private static byte[] repository() throws IOException {
    Path fixture = Path.of("src/test/fixtures/ostree/encapsulated.tar.gz");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(fixture))) {
      return in.readAllBytes();
    }
  }

  /** Reads one layer, or two if two blocks of zeros in a row divide the input. */
  private static MemoryImage image(byte[] input) {
    byte[] tars = input.clone();
    LayerBytes.fixChecksums(tars);
    for (int at = 0; at + 1024 < tars.length; at += 512) {
      if (Arrays.equals(tars, at, at + 1024, new byte[1024], 0, 1024)) {
        return MemoryImage.of(
            Arrays.copyOf(tars, at + 1024), Arrays.copyOfRange(tars, at + 1024, tars.length));
      }
    }
    return MemoryImage.of(tars);
  }

  /** Reads layers, and writes their files as one layer, which has the same files. */
  private static void readLayers(byte[] input) throws IOException {
    TemporaryFiles.in(
        scratch -> {
          try (LayeredTree read =
              LayeredTree.read(image(input), scratch, Progress.SILENT, LIMITS)) {
            FileTree tree = read.tree();
            assertThat(read.origins()).hasSameSizeAs(tree.entries());
            assertWrittenAndRead(tree, scratch);
          }
        });
  }

  private static void assertWrittenAndRead(FileTree tree, Path scratch) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    LayerTar.write(tree, tree.entries(), tar);
    Path directory = Files.createDirectory(scratch.resolve("again"));
    try (LayeredTree again =
        LayeredTree.read(
            MemoryImage.of(tar.toByteArray()),
            directory,
            Progress.SILENT,
            new LayerLimits(64 << 20, 64 << 20, 64 << 20))) {
      assertThat(TreeComparison.differencesWithMtimes(tree, again.tree())).isEmpty();
    }
  }

  private static void readXattrs(byte[] array) throws IOException {
    try {
      Xattrs xattrs = OstreeVariants.xattrs(array);
      assertThat(xattrs.names()).allMatch(name -> !name.isEmpty());
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private static void readRepository(byte[] input) throws IOException {
    TemporaryFiles.in(
        scratch -> {
          try (LayeredTree read =
              LayeredTree.read(image(input), scratch, Progress.SILENT, LIMITS)) {
            OstreeRepository.plain(read.tree());
          }
        });
  }
}
