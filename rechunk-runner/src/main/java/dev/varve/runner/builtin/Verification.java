package dev.varve.runner.builtin;

import dev.varve.core.bytes.NoSpaceException;
import dev.varve.core.bytes.WriteFailure;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.filetree.TreeComparison;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads the new image before publishing, and compares its files to the source.
 *
 * @param mtimes whether to compare mtimes too
 */
record Verification(RechunkRequest request, boolean mtimes) {
  void verify(NewImage image, FileTree files, Path scratch) throws IOException {
    FileTree expected = OstreeRepository.plain(files);
    List<String> differences;
    try (LayeredTree written =
        LayeredTree.read(
            new Unpublished(image, request.sink()),
            scratch,
            request.progress(),
            request.layerLimits())) {
      differences =
          mtimes
              ? TreeComparison.differencesWithMtimes(expected, written.tree())
              : TreeComparison.differences(expected, written.tree());
    } catch (NoSpaceException e) {
      throw e; // not a fault of the result
    } catch (MissingBlobException e) {
      throw new LostBlobsException("verifying " + request.sink().reference(), Set.of(e.digest()));
    } catch (IOException e) {
      throw isOfResult(e) ? new VerificationException(request.source().reference(), e) : e;
    }
    if (!differences.isEmpty()) {
      throw new VerificationException(request.source().reference(), differences);
    }
  }

  /** Returns whether a failure to read the result is the result's, and not the disk's. */
  private static boolean isOfResult(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileSystemException
          || (cause instanceof IOException failed && WriteFailure.isOfDevice(failed))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that Varve can read the layers again, as the next build does. Layers with an extreme
   * compression ratio are read for the check, into {@code scratch}.
   */
  void requireReadable(List<WrittenLayer> layers, Path scratch) throws IOException {
    LayerLimits limits = request.layerLimits();
    limits.requireReadable(
        layers.stream().mapToLong(WrittenLayer::size).sum(),
        layers.stream().map(WrittenLayer::blob).toList());
    for (WrittenLayer layer : layers) {
      if (!layer.reused() && limits.isDoubtful(layer.size(), layer.blob().size())) {
        LayeredTree.requireReadable(
            layer.blob(), layer.diffId(), request.sink()::open, scratch, limits);
      }
    }
  }

  /** The uncommitted image, whose blobs are read from the sink. */
  private record Unpublished(NewImage image, ImageSink sink) implements ImageSource {
    @Override
    public String reference() {
      return sink.reference() + " (not yet published)";
    }

    @Override
    public Descriptor descriptor() {
      return Descriptor.of(MediaTypes.OCI_MANIFEST, image.manifest().toBytes());
    }

    @Override
    public Manifest manifest() {
      return image.manifest();
    }

    @Override
    public ImageConfig config() {
      return image.config();
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      return sink.open(blob);
    }

    @Override
    public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
