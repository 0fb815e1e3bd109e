package dev.varve.runner.container;

import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The directory in which podman keeps images and containers.
 *
 * @param directory its path
 * @param driver the storage driver, such as {@code overlay}
 */
record PodmanStore(Path directory, String driver) {
  /** Reads the output of podman info. */
  static PodmanStore parse(String info) throws IOException {
    JsonObject store =
        JsonObject.parse(info.getBytes(StandardCharsets.UTF_8), "the output of podman info")
            .object("store");
    return new PodmanStore(Path.of(store.string("graphRoot")), store.string("graphDriverName"));
  }
}
