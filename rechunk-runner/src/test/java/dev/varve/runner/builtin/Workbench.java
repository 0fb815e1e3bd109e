package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.TreeComparison;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Rechunks images between layouts in a test's directory. */
final class Workbench {
  private final Path directory;
  final List<String> notices = new ArrayList<>();
  private UnaryOperator<TreeSource> source = unchanged -> unchanged;
  private UnaryOperator<ImageSink> sink = unchanged -> unchanged;

  Workbench(Path directory) {
    this.directory = directory;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** Wraps the sources of later runs. */
  void wrapSource(UnaryOperator<TreeSource> wrapper) {
    source = wrapper;
  }

  /** Wraps the sinks of later runs. */
  void wrapSink(UnaryOperator<ImageSink> wrapper) {
    sink = wrapper;
  }

  /**
   * Writes an image to the layout {@code build}, and rechunks the image to the layout {@code dest}.
   */
  RechunkResult rechunk(TestImage image, String dest, UnaryOperator<Options> options)
      throws IOException {
    image.writeTo(path("build"));
    return rechunk("build", dest, options);
  }

  RechunkResult rechunk(String build, String dest, UnaryOperator<Options> options)
      throws IOException {
    try (TreeSource files = source.apply(new LayeredSource(open(build)));
        ImageSink written = sink.apply(OciLayout.create(path(dest), "", "oci:" + dest))) {
      RechunkRequest.Builder request =
          RechunkRequest.builder(files, written, path("scratch")).progress(new Notices());
      return options.apply(new Options(request)).rechunk();
    } finally {
      assertThat(list("scratch")).as("files in the scratch directory").isEmpty();
    }
  }

  /** Rechunks with a previous image, and closes the previous image. */
  RechunkResult rechunk(
      TestImage image, String dest, ImageSource previous, UnaryOperator<Options> options)
      throws IOException {
    try (previous) {
      return rechunk(image, dest, request -> options.apply(request.previous(previous)));
    }
  }

  ImageSource open(String layout) throws IOException {
    return OciLayout.open(path(layout), "", PlatformChoice.any(), "oci:" + layout);
  }

  Manifest manifest(String layout) throws IOException {
    try (ImageSource image = open(layout)) {
      return image.manifest();
    }
  }

  ImageConfig config(String layout) throws IOException {
    try (ImageSource image = open(layout)) {
      return image.config();
    }
  }

  Path blob(String layout, Digest digest) {
    return path(layout).resolve("blobs/sha256/" + digest.hex());
  }

  /** Returns the differences between the files of two images. */
  List<String> differences(String left, String right) throws IOException {
    try (ImageSource a = open(left);
        ImageSource b = open(right);
        LayeredTree leftTree = read(a);
        LayeredTree rightTree = read(b)) {
      return TreeComparison.differences(leftTree.tree(), rightTree.tree());
    }
  }

  /** Returns all paths of an image but the root. */
  List<String> paths(String layout) throws IOException {
    try (ImageSource image = open(layout);
        LayeredTree tree = read(image)) {
      return tree.tree().entries().stream().map(FileTree.Entry::path).skip(1).toList();
    }
  }

  private LayeredTree read(ImageSource image) throws IOException {
    Path spools = Files.createTempDirectory(directory, "spools");
    return LayeredTree.read(image, spools, Progress.SILENT);
  }

  /** Returns all paths below a directory; empty if the directory is missing. */
  List<String> list(String name) throws IOException {
    if (!Files.exists(path(name))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(path(name))) {
      return files.skip(1).map(file -> path(name).relativize(file).toString()).sorted().toList();
    }
  }

  private final class Notices implements Progress {
    @Override
    public synchronized void notice(String text) {
      notices.add(text);
    }
  }
}
