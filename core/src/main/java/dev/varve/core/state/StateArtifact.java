package dev.varve.core.state;

import dev.varve.core.compress.Compression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.plan.PlanState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the artifact that attaches a state to its image. */
public final class StateArtifact {
  private StateArtifact() {}

  /**
   * Writes the state's blobs.
   *
   * @param subject the descriptor of the image's manifest
   * @return the artifact's manifest, which the caller commits
   */
  public static Manifest write(PlanState state, Descriptor subject, ImageSink sink)
      throws IOException {
    byte[] json = state.toJson().toBytes();
    if (json.length > PublishedImage.MAX_STATE) {
      throw new IOException(
          "writing the image's state: expected at most "
              + PublishedImage.MAX_STATE
              + " bytes of JSON, which is the limit of the next build, got "
              + json.length);
    }
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = Compression.parse("zstd:9").compress(compressed)) {
      out.write(json);
    }
    Descriptor blob = sink.write(PlanState.MEDIA_TYPE, compressed.toByteArray());
    Descriptor empty = sink.write(MediaTypes.OCI_EMPTY, "{}".getBytes(StandardCharsets.US_ASCII));
    return Manifest.artifact(subject, PlanState.ARTIFACT_TYPE, empty, blob, Map.of());
  }
}
