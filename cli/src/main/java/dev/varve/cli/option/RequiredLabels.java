package dev.varve.cli.option;

import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for required labels of images. */
public final class RequiredLabels {
  private static final String OPTION = "--require-label";

  @Option(
      names = OPTION,
      paramLabel = "K=V",
      description =
          "Accept only images with this label, for example those of one build. May "
              + "be repeated.")
  private List<String> labels = List.of();

  /** The labels with their values. */
  public Map<String, String> labels() {
    return KeyValue.pairs(OPTION, labels);
  }

  /**
   * Checks that images have labels.
   *
   * @param required the labels with their values
   * @param activity the command's activity, for messages
   * @throws IOException if an image lacks a label
   * @throws IllegalArgumentException if an image is an index, which has no labels
   */
  public static void check(List<ImageSource> images, Map<String, String> required, String activity)
      throws IOException {
    for (ImageSource image : images) {
      if (!required.isEmpty() && image.index().isPresent()) {
        throw new IllegalArgumentException(
            OPTION + ": expected single images, got the index " + image.reference());
      }
      Map<String, String> found = image.config().labels();
      for (Map.Entry<String, String> each : required.entrySet()) {
        check(image, each.getKey(), each.getValue(), found.get(each.getKey()), activity);
      }
    }
  }

  private static void check(
      ImageSource image, String label, String expected, @Nullable String found, String activity)
      throws IOException {
    if (!expected.equals(found)) {
      throw new IOException(
          "%s: expected the label %s=%s of %s, got %s; no tag was moved"
              .formatted(
                  activity,
                  label,
                  expected,
                  image.reference(),
                  found == null ? "no such label" : found));
    }
  }
}
