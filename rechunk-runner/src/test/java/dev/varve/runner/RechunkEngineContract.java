package dev.varve.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every engine. */
public abstract class RechunkEngineContract {
  /** The labels of the source. */
  private static final Map<String, String> LABELS =
      Map.of(
          "vendor", "us",
          "title", "A source",
          "unwanted", "x",
          "lines", "one\ntwo <version>",
          "ostree.commit", "0123",
          "rechunk.chunks", "99",
          "rechunk.prev-ref", "oci:elsewhere@sha256:0");

  @TempDir protected Path directory;

  /** Returns the tested engine. */
  protected abstract RechunkEngine engine() throws Exception;

  private static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("usr/bin/tool", "a tool");
    files.put("usr/lib/library.so", "a library");
    files.put("usr/share/doc/text", "a text");
    files.put("usr/share/rpm/rpmdb.sqlite.not", "no database");
    return files;
  }

  private void write(String layout, Map<String, String> files) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(tar);
    for (Map.Entry<String, String> file : files.entrySet()) {
      byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
      writer.add(
          new TarEntry(
              file.getKey(),
              TarEntry.Type.FILE,
              0644,
              0,
              0,
              content.length,
              1_600_000_000,
              0,
              "",
              Xattrs.EMPTY,
              0,
              0),
          new ByteArrayInputStream(content));
    }
    writer.finish();
    byte[] layer = tar.toByteArray();
    Platform platform = Platform.parse("linux/amd64");
    ImageConfig config =
        new ImageConfig(
                ImageConfig.forPlatform(platform).json().with("created", "2025-10-11T00:00:00Z"))
            .withLayers(List.of(Digest.of(layer)), List.of())
            .withLabels(LABELS);
    try (ImageSink sink = OciLayout.create(directory.resolve(layout), "", "oci:" + layout)) {
      Manifest manifest =
          new Manifest(
              sink.write(MediaTypes.OCI_CONFIG, config.toBytes()),
              List.of(sink.write(MediaTypes.OCI_LAYER, layer)),
              Map.of());
      sink.commit(manifest, platform, List.of());
    }
  }

  private ImageSource open(String layout) throws IOException {
    return OciLayout.open(directory.resolve(layout), "", PlatformChoice.any(), "oci:" + layout);
  }

  private RechunkResult rechunk(
      String source, String dest, UnaryOperator<RechunkRequest.Builder> options) throws Exception {
    try (ImageSink sink = OciLayout.create(directory.resolve(dest), "", "oci:" + dest)) {
      return rechunk(source, sink, options);
    }
  }

  private RechunkResult rechunk(
      String source, ImageSink sink, UnaryOperator<RechunkRequest.Builder> options)
      throws Exception {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    try (var tree = new LayeredSource(open(source))) {
      return engine().rechunk(options.apply(RechunkRequest.builder(tree, sink, scratch)).build());
    }
  }

  @Test
  void theResultDescribesTheImageAtTheDestination() throws Exception {
    write("source", files());
    RechunkResult result = rechunk("source", "dest", request -> request);

    try (ImageSource image = open("dest")) {
      assertThat(result.image().descriptor().digest()).isEqualTo(image.descriptor().digest());
      assertThat(result.image().reference()).isEqualTo("oci:dest");
      assertThat(result.image().layers())
          .extracting(PublishedLayer::blob)
          .isEqualTo(image.manifest().layers());
      assertThat(result.image().layers())
          .extracting(PublishedLayer::diffId)
          .isEqualTo(image.config().diffIds());
      assertThat(result.image().state().layers()).hasSameSizeAs(image.manifest().layers());
      assertThat(result.previous()).isEmpty();
      assertThat(result.reused()).isEmpty();
      for (Descriptor blob : image.manifest().blobs()) {
        try (InputStream in = image.open(blob)) {
          assertThat(in.readAllBytes()).hasSize((int) blob.size());
        }
      }
    }
  }

  @Test
  void theResultHasAllFilesOfTheSource() throws Exception {
    write("source", files());
    rechunk("source", "dest", request -> request);

    try (ImageSource image = open("dest");
        LayeredTree read =
            LayeredTree.read(
                image, Files.createDirectory(directory.resolve("read")), Progress.SILENT)) {
      FileTree tree = read.tree();
      for (Map.Entry<String, String> file : files().entrySet()) {
        assertThat(tree.find(file.getKey()).orElseThrow().content().orElseThrow().open())
            .as(file.getKey())
            .hasContent(file.getValue());
      }
    }
  }

  @Test
  void labelsAreKeptOrChangedOnRequestAndLabelsOfTheEngineAreAdded() throws Exception {
    write("source", files());
    String odd = "$(touch /tmp/varve-was-here); `id` \"quoted\" 'single' \\ * | & > x";
    RechunkResult result =
        rechunk(
            "source",
            "dest",
            request ->
                request
                    .label("title", "An OS")
                    .label("odd", odd)
                    .withoutLabel("nowhere")
                    .withoutLabel("unwanted")
                    .annotation("a", "b"));

    try (ImageSource image = open("dest")) {
      assertThat(image.config().labels())
          .containsEntry("title", "An OS")
          .containsEntry("odd", odd)
          .containsEntry("rechunk.chunks", Integer.toString(result.image().layers().size()))
          .containsEntry("vendor", "us")
          .containsEntry("lines", "one\ntwo <version>")
          .containsKey("rechunk.version")
          .doesNotContainEntry("ostree.commit", "0123")
          .doesNotContainKeys("nowhere", "unwanted", "rechunk.prev-ref");
      assertThat(image.manifest().annotations()).containsEntry("a", "b");
    }
    assertThat(Path.of("/tmp/varve-was-here")).doesNotExist();
  }

  @Test
  void withAPreviousImageOnlyChangedLayersAreNew() throws Exception {
    write("source", files());
    RechunkResult first = rechunk("source", "first", request -> request);
    Map<String, String> changed = files();
    changed.put("usr/bin/tool", "a better tool");
    write("changed", changed);

    try (ImageSource previous = open("first")) {
      RechunkResult second = rechunk("changed", "second", request -> request.previous(previous));

      assertThat(second.previous().orElseThrow().pinned())
          .isEqualTo("oci:first@" + first.image().descriptor().digest());
      assertThat(second.reused()).isNotEmpty().hasSizeLessThan(second.image().layers().size());
      assertThat(first.image().layers())
          .extracting(layer -> layer.blob().digest())
          .containsAll(second.reused());
    }
    try (ImageSource image = open("second")) {
      assertThat(image.config().labels())
          .containsEntry("rechunk.prev-ref", first.image().descriptor().digest().toString());
    }
  }

  @Test
  void theMaximumOfLayersIsKept() throws Exception {
    write("source", files());
    RechunkResult few = rechunk("source", "few", request -> request.maxLayers(3));
    RechunkResult many = rechunk("source", "many", request -> request.maxLayers(100));

    assertThat(few.image().layers()).hasSizeBetween(1, 3);
    assertThat(many.image().layers().size()).isGreaterThan(few.image().layers().size());
  }

  @Test
  void aFailedCommitLeavesNothing() throws Exception {
    write("source", files());
    assertThatThrownBy(
            () -> {
              try (ImageSink sink =
                  new OtherSink(OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
                    @Override
                    public Descriptor commit(
                        Manifest manifest, Platform platform, List<Manifest> artifacts)
                        throws IOException {
                      throw new IOException("committing: the disk is on fire");
                    }
                  }) {
                rechunk("source", sink, request -> request);
              }
            })
        .hasMessage("committing: the disk is on fire");

    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }
}
