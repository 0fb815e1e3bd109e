package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.NoSpaceException;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.MalformedLayerException;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import dev.varve.runner.OtherSink;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Wrong sources, sinks and results, which are detected before anything is published. */
final class RefusedResultTest extends EngineFixture {
  /** The sink detects at the commit that a reused blob is missing. */
  @Test
  void aLayerThatTheSinkHasLostIsWrittenAgainIntoTheSameImage() throws IOException {
    bench.rechunk(image(), "first", PLAIN);
    bench.rechunk(image().file("opt/file", "new"), "expected", bench.open("first"), PLAIN);
    Digest lost = bench.manifest("expected").layers().get(0).digest();
    List<Integer> commits = new ArrayList<>();
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public Descriptor commit(
                  Manifest manifest, Platform platform, List<Manifest> artifacts)
                  throws IOException {
                commits.add(manifest.layers().size());
                if (commits.size() == 1) {
                  throw new LostBlobsException("publishing it", Set.of(lost));
                }
                return super.commit(manifest, platform, artifacts);
              }
            });
    RechunkResult result =
        bench.rechunk(image().file("opt/file", "new"), "dest", bench.open("first"), VERIFIED);
    assertThat(commits).hasSize(2);
    assertThat(bench.manifest("dest")).isEqualTo(bench.manifest("expected"));
    assertThat(result.reused()).isNotEmpty().doesNotContain(lost);
    assertThat(bench.notices)
        .contains(
            "publishing it: a blob that an earlier image there names is not there any more: "
                + lost
                + "; writing these layers anew");
  }

  @Test
  void aLostBlobThatIsNoReusedLayerIsAFailure() throws IOException {
    Digest lost = Digest.of(new byte[] {1});
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public Descriptor commit(
                  Manifest manifest, Platform platform, List<Manifest> artifacts)
                  throws IOException {
                throw new LostBlobsException("publishing it", Set.of(lost));
              }
            });
    assertThatThrownBy(() -> bench.rechunk(image(), "dest", PLAIN))
        .isInstanceOf(LostBlobsException.class)
        .hasMessageContaining("publishing it: a blob");
  }

  private static LayerLimits limits(long contents, long size) {
    return new LayerLimits(contents, size, Runtime.getRuntime().maxMemory());
  }

  @Test
  void manyZerosArePublishedAndReadAgain() throws IOException {
    TestImage zeros = image().file("opt/zeros", new byte[4 << 20], 0644, 0);

    RechunkResult result =
        bench.rechunk(
            zeros, "dest", request -> request.layerLimits(limits(0, 1 << 30)).verify(true));

    assertThat(result.verified()).isTrue();
  }

  @Test
  void layersBeyondTheReadingLimitsAreNotPublished() {
    TestImage zeros = image().file("opt/zeros", new byte[4 << 20], 0644, 0);

    assertThatThrownBy(
            () ->
                bench.rechunk(
                    zeros, "dest", request -> request.layerLimits(limits(1 << 30, 1 << 20))))
        .isInstanceOf(MalformedLayerException.class)
        .hasMessageStartingWith("the layers have ")
        .hasMessageEndingWith(
            " uncompressed bytes: for their compressed size, expected at most 1048576, which is what a"
                + " later build reads");
  }

  @Test
  void aLayerThatTakesTooMuchDiskToReadAgainIsNotPublished() {
    byte[] block = new byte[1 << 17];
    new Random(1).nextBytes(block);
    byte[] repeated = new byte[400 * block.length];
    for (int at = 0; at < repeated.length; at += block.length) {
      System.arraycopy(block, 0, repeated, at, block.length);
    }
    TestImage image = image().file("opt/repeated", repeated, 0644, 0);

    assertThatThrownBy(
            () ->
                bench.rechunk(
                    image, "dest", request -> request.layerLimits(limits(1 << 20, 1 << 30))))
        .isInstanceOf(MalformedLayerException.class)
        .hasMessageContaining(": its files take more than ");
  }

  @Test
  void aSinkThatStoresOtherBytesIsDetected() throws IOException {
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public InputStream open(Descriptor blob) {
                return new ByteArrayInputStream(new byte[(int) blob.size()]);
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", VERIFIED))
        .isInstanceOf(VerificationException.class)
        .hasMessageStartingWith("verifying the result against oci:build: ")
        .hasMessageEndingWith("; nothing was published");
    assertNothingIsAt("dest");
  }

  @Test
  void aFullDiskIsReportedAsAFullDisk() throws IOException {
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public InputStream open(Descriptor blob) throws IOException {
                throw new NoSpaceException("spooling: no space", new IOException("no space"));
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", VERIFIED))
        .isInstanceOf(NoSpaceException.class);
    assertNothingIsAt("dest");
  }

  @Test
  void aDiskThatFailsIsNoFaultOfTheResult() throws IOException {
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public InputStream open(Descriptor blob) throws IOException {
                throw new FileSystemException("a-blob", null, "Input/output error");
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", VERIFIED))
        .isInstanceOf(FileSystemException.class)
        .hasMessage("a-blob: Input/output error");
    assertNothingIsAt("dest");
  }

  @Test
  void aSinkThatReturnsAnotherLayerIsDetected() throws IOException {
    List<Descriptor> written = new ArrayList<>();
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public InputStream open(Descriptor blob) throws IOException {
                synchronized (written) {
                  written.add(blob);
                  return super.open(written.get(0));
                }
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", VERIFIED))
        .isInstanceOf(VerificationException.class)
        .hasMessageMatching(
            "verifying the result against oci:build: reading layer sha256:\\w+ of oci:dest"
                + " \\(not yet published\\): expected diffID sha256:\\w+, got"
                + " sha256:\\w+; nothing was published");
    assertNothingIsAt("dest");
  }

  @Test
  void aSourceThatChangesBetweenTwoReadsIsDetected() throws IOException {
    // Verification is not necessary: the writer detects a content of another length.
    bench.wrapSource(source -> new GrowingSource(source));

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", PLAIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its content changed");
    assertNothingIsAt("dest");
  }

  @Test
  void aCorruptSourceLeavesNothing() throws IOException {
    Manifest build = image().writeTo(bench.path("build"));
    Path blob = blob("build", build.layers().get(0));
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);

    assertThatThrownBy(() -> bench.rechunk("build", "dest", PLAIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(build.layers().get(0).digest().toString())
        .hasMessageContaining("oci:build");
    assertNothingIsAt("dest");
  }

  @Test
  void aFailedCommitLeavesThePreviousImage() throws IOException {
    RechunkResult first = bench.rechunk(image(), "dest", PLAIN);
    List<String> before = bench.list("dest");
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public Descriptor commit(
                  Manifest manifest, Platform platform, List<Manifest> artifacts)
                  throws IOException {
                throw new IOException("publishing: the power went out");
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image().file("new", "x"), "dest", PLAIN))
        .hasMessage("publishing: the power went out");
    try (ImageSource image = bench.open("dest")) {
      assertThat(image.descriptor().digest()).isEqualTo(first.image().descriptor().digest());
    }
    assertThat(bench.list("dest")).isEqualTo(before);
  }

  /** A source whose files are all one byte longer when they are read again. */
  private record GrowingSource(TreeSource source) implements TreeSource {
    @Override
    public String reference() {
      return source.reference();
    }

    @Override
    public ImageConfig config() {
      return source.config();
    }

    @Override
    public Map<String, String> annotations() {
      return source.annotations();
    }

    @Override
    public FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException {
      return source.read(scratch, prune, progress).map((path, inode) -> longer(inode));
    }

    @Override
    public void close() throws IOException {
      source.close();
    }

    private static Inode longer(Inode inode) {
      if (inode.content().isEmpty()) {
        return inode;
      }
      Content content = inode.content().get();
      return Inode.file(
          inode.mode(),
          inode.uid(),
          inode.gid(),
          inode.mtime(),
          inode.xattrs(),
          new Content() {
            @Override
            public long size() {
              return content.size();
            }

            @Override
            public Digest digest() {
              return content.digest();
            }

            @Override
            public InputStream open() throws IOException {
              return new SequenceInputStream(
                  content.open(), new ByteArrayInputStream(new byte[] {'!'}));
            }
          });
    }
  }
}
