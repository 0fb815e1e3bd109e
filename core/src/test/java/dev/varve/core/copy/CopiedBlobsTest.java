package dev.varve.core.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which blobs a copy reads, and the progress that it reports. */
final class CopiedBlobsTest extends ImageCopyFixture {
  @Test
  void blobsThatTheDestinationHasAreNotRead() throws IOException {
    layout.add(amd, "single").add(arm, "other");
    try (ImageSource from = from("other");
        ImageSink sink = sink()) {
      COPY.copy(new StreamOnlySource(from), sink);
    }
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      ImageCopy.Result result = COPY.copy(new StreamOnlySource(from), sink);
      assertThat(result.blobs()).isEqualTo(3);
      assertThat(result.readBlobs()).isEqualTo(2); // all but the layer that both images share
      assertThat(result.bytes() - result.readBytes()).isEqualTo(amd.layer(0).size());
    }
  }

  @Test
  void linkedBlobsAreNotRead() throws IOException {
    layout.add(amd, "single");
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      assertThat(COPY.copy(from, sink).readBlobs()).isZero();
    }
  }

  @Test
  void progressReachesTheTotalOnceThoughTheSinkReadsTwice() throws IOException {
    layout.add(amd, "single");
    List<String> activities = new ArrayList<>();
    AtomicLong done = new AtomicLong();
    AtomicLong total = new AtomicLong();
    Progress progress =
        new Progress() {
          @Override
          public void begin(String activity, long totalBytes) {
            activities.add(activity);
            total.addAndGet(totalBytes);
          }

          @Override
          public void advance(long bytes) {
            assertThat(bytes).isPositive();
            assertThat(done.addAndGet(bytes)).isLessThanOrEqualTo(total.get());
          }
        };
    try (ImageSource from = from("single");
        TwiceReadingSink sink = new TwiceReadingSink(sink())) {
      new ImageCopy(2, false, progress).copy(from, sink);
    }
    assertThat(activities)
        .containsExactly("copying 3 blobs from oci:from to oci:to", "publishing oci:to");
    assertThat(done.get()).isEqualTo(total.get()).isEqualTo(amd.manifest().totalSize());
  }

  @Test
  void theSinkGetsTheSourceBehindTheProgressCounter() throws IOException {
    layout.add(amd, "single");
    try (ImageSource from = from("single");
        TwiceReadingSink sink = new TwiceReadingSink(sink())) {
      COPY.copy(from, sink);
      assertThat(sink.places).hasSize(3).allMatch(place -> place == from);
    }
  }

  /** A source whose blobs can't be linked to. */
  private record StreamOnlySource(ImageSource source) implements ImageSource {
    @Override
    public String reference() {
      return source.reference();
    }

    @Override
    public Descriptor descriptor() {
      return source.descriptor();
    }

    @Override
    public Manifest manifest() {
      return source.manifest();
    }

    @Override
    public dev.varve.core.image.ImageConfig config() {
      return source.config();
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      return source.open(blob);
    }

    @Override
    public List<Manifest> referrers(
        Descriptor subject, java.util.function.Predicate<String> artifactType) throws IOException {
      return source.referrers(subject, artifactType);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  /** A sink that reads every blob twice: first one byte, then all of them. */
  private record TwiceReadingSink(ImageSink sink, List<BlobSource> places) implements ImageSink {
    TwiceReadingSink(ImageSink sink) {
      this(sink, java.util.Collections.synchronizedList(new ArrayList<>()));
    }

    @Override
    public String reference() {
      return sink.reference();
    }

    @Override
    public BlobWriter newBlob() throws IOException {
      return sink.newBlob();
    }

    @Override
    public void reuse(BlobSource from, Descriptor blob) throws IOException {
      places.add(from.place());
      try (InputStream in = from.open(blob)) {
        assertThat(in.read()).isNotNegative();
      }
      try (InputStream in = from.open(blob)) {
        in.readAllBytes();
      }
      sink.reuse(from, blob);
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      return sink.open(blob);
    }

    @Override
    public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
        throws IOException {
      return sink.commit(manifest, platform, artifacts);
    }

    @Override
    public void close() throws IOException {
      sink.close();
    }
  }

  @Test
  void blobsThatAKilledCopyFinishedAreNotReadAgain() throws IOException {
    layout.add(amd, "single");
    Path left = Files.createDirectories(temp.resolve(".varve-killed/layout/blobs/sha256"));
    Files.createFile(temp.resolve(".varve-killed.lock"));
    Files.write(left.resolveSibling("part-7"), new byte[10]);
    Files.copy(layout.blob(amd.layer(0)), left.resolve(amd.layer(0).digest().hex()));
    byte[] corrupt = Files.readAllBytes(layout.blob(amd.layer(1)));
    corrupt[20] ^= 1;
    Files.write(left.resolve(amd.layer(1).digest().hex()), corrupt);
    Files.write(left.resolve("0".repeat(64)), new byte[] {1});
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      assertThat(COPY.copy(new StreamOnlySource(from), sink).readBlobs()).isEqualTo(2);
    }
    try (ImageSource to = to(PlatformChoice.any())) {
      for (Descriptor blob : amd.manifest().blobs()) {
        assertThat(to.open(blob).readAllBytes()).isEqualTo(amd.bytes(blob));
      }
    }
    assertThat(temp.resolve("to/blobs/sha256")).isDirectoryNotContaining("glob:**/0000*");
    try (var files = Files.list(temp)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("from", "to");
    }
  }

  @Test
  void blobsFromBeforeTwoKilledCopiesAreNotReadAgain() throws IOException {
    layout.add(amd, "single");
    Path left =
        Files.createDirectories(
            temp.resolve(".varve-second/leftovers/.varve-first/layout/blobs/sha256"));
    Files.createFile(temp.resolve(".varve-second.lock"));
    Files.copy(layout.blob(amd.layer(0)), left.resolve(amd.layer(0).digest().hex()));
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      assertThat(COPY.copy(new StreamOnlySource(from), sink).readBlobs()).isEqualTo(2);
    }
  }
}
