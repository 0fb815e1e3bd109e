package dev.varve.cli.option;

import dev.varve.runner.RechunkRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for labels and annotations of a new image. */
@InGroup(HelpGroup.NOTES)
final class LabelOptions {
  @Option(
      names = "--label",
      paramLabel = "K=V|K-",
      description =
          "Set the label K, or remove it. May be repeated, or given as a list of " + "lines.")
  private List<String> labels = List.of();

  @Option(
      names = "--annotation",
      paramLabel = "K=V",
      description =
          "Add an annotation to the manifest. May be repeated, or given as a list of " + "lines.")
  private List<String> annotations = List.of();

  /** The labels to set, or to remove if the value is empty. */
  Map<String, Optional<String>> labels() {
    Map<String, Optional<String>> given = new LinkedHashMap<>();
    for (String label : KeyValue.entries(labels)) {
      int equals = label.indexOf('=');
      if (equals < 0 && label.endsWith("-")) {
        int end = KeyValue.requireKey(label, label.length() - 1, "--label", "K=V or K-");
        given.put(label.substring(0, end), Optional.empty());
      } else {
        KeyValue.requireKey(label, equals, "--label", "K=V or K-");
        given.put(label.substring(0, equals), Optional.of(label.substring(equals + 1)));
      }
    }
    return given;
  }

  /** Adds these options to a request. */
  void addTo(RechunkRequest.Builder request) {
    labels()
        .forEach(
            (name, value) ->
                value.ifPresentOrElse(
                    set -> request.label(name, set), () -> request.withoutLabel(name)));
    for (String annotation : KeyValue.entries(annotations)) {
      int equals = KeyValue.requireKey(annotation, annotation.indexOf('='), "--annotation", "K=V");
      request.annotation(annotation.substring(0, equals), annotation.substring(equals + 1));
    }
  }
}
