package dev.varve.core.delta;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.MalformedJsonException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A delta and its place.
 *
 * @param delta the delta
 * @param manifest the delta's manifest
 * @param blobs where its blobs are; the caller of the methods below closes it
 */
public record AvailableDelta(Delta delta, Manifest manifest, BlobSource blobs) {
  /**
   * Returns the deltas that are attached to an image. Malformed ones are reported as notices.
   *
   * @param image the image that the deltas are for
   */
  public static List<AvailableDelta> of(ImageSource image, Progress progress) throws IOException {
    List<AvailableDelta> deltas = new ArrayList<>();
    for (Manifest manifest : image.referrers(image.descriptor(), Delta.ARTIFACT_TYPE::equals)) {
      String name = manifest.descriptor().digest() + " of " + image.reference();
      try {
        Delta delta = Delta.parse(manifest, name);
        if (delta.target().equals(image.descriptor().digest())) {
          deltas.add(new AvailableDelta(delta, manifest, image));
        }
      } catch (MalformedJsonException e) {
        progress.notice("a delta is ignored: " + e.getMessage());
      }
    }
    return deltas;
  }

  /** Returns the smallest delta from an old image to {@code image}. */
  public static Optional<AvailableDelta> from(OldImage old, ImageSource image, Progress progress)
      throws IOException {
    List<AvailableDelta> fitting = new ArrayList<>();
    for (AvailableDelta available : of(image, progress)) {
      if (old.isSourceOf(available.delta())) {
        fitting.add(available);
      }
    }
    return fitting.stream()
        .min(Comparator.comparingLong(available -> available.delta().downloadedBytes()));
  }
}
