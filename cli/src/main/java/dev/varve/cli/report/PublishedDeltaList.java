package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.publish.PublishedDelta;
import java.util.List;
import java.util.stream.Collectors;

/** Shows the deltas of a published image. */
public record PublishedDeltaList(List<PublishedDelta> deltas) {
  /** Returns each delta with its size and the size of the layers that it replaces, in one line. */
  public String line() {
    return deltas.stream()
        .map(
            delta ->
                "from %s %s instead of %s"
                    .formatted(
                        delta.name(), Human.size(delta.bytes()), Human.size(delta.layerBytes())))
        .collect(Collectors.joining("; "));
  }

  /** Returns the deltas as JSON objects. */
  public List<JsonObject> json() {
    return deltas.stream()
        .map(
            delta ->
                JsonObject.EMPTY
                    .with("digest", delta.digest().toString())
                    .with("from", delta.source().toString())
                    .with("version", delta.version())
                    .with("deltaBytes", delta.bytes())
                    .with("layerBytes", delta.layerBytes()))
        .toList();
  }
}
