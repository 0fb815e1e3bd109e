package dev.varve.cli;

import dev.varve.runner.RechunkRequest;
import java.util.List;
import picocli.CommandLine.Option;

/** What a new image says of itself. */
final class LabelOptions {
  @Option(
      names = "--label",
      paramLabel = "K=V|K-",
      description = "Set a label, or remove it. May be repeated.")
  private List<String> labels = List.of();

  @Option(
      names = "--annotation",
      paramLabel = "K=V",
      description = "Annotate the manifest. May be repeated.")
  private List<String> annotations = List.of();

  /** Adds what the user said to a request. */
  void addTo(RechunkRequest.Builder request) {
    for (String label : labels) {
      label(request, label);
    }
    for (String annotation : annotations) {
      int equals = KeyValue.requireKey(annotation, annotation.indexOf('='), "--annotation", "K=V");
      request.annotation(annotation.substring(0, equals), annotation.substring(equals + 1));
    }
  }

  private static void label(RechunkRequest.Builder request, String label) {
    int equals = label.indexOf('=');
    if (equals < 0 && label.endsWith("-")) {
      int end = KeyValue.requireKey(label, label.length() - 1, "--label", "K=V or K-");
      request.withoutLabel(label.substring(0, end));
    } else {
      KeyValue.requireKey(label, equals, "--label", "K=V or K-");
      request.label(label.substring(0, equals), label.substring(equals + 1));
    }
  }
}
