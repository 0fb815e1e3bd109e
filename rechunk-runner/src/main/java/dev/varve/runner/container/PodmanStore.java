package dev.varve.runner.container;

import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where podman keeps images and containers.
 *
 * @param directory the place
 * @param driver what it keeps them by, such as {@code overlay}
 */
record PodmanStore(Path directory, String driver) {
  /** Reads what podman info says. */
  static PodmanStore parse(String info) throws IOException {
    JsonObject store =
        JsonObject.parse(info.getBytes(StandardCharsets.UTF_8), "the output of podman info")
            .object("store");
    return new PodmanStore(Path.of(store.string("graphRoot")), store.string("graphDriverName"));
  }
}
