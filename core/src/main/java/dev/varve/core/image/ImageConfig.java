package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An image's config: how it runs, its labels, its layers' diffIDs and history. Fields that Varve
 * does not know are kept.
 *
 * @param json the document
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md">OCI: image
 *     configuration</a>
 */
public record ImageConfig(JsonObject json) {
  /** Parses a config; {@code name} is for error messages. */
  public static ImageConfig parse(byte[] bytes, String name) throws MalformedJsonException {
    return new ImageConfig(JsonObject.parse(bytes, name));
  }

  /** A config with a platform and nothing else. */
  public static ImageConfig forPlatform(Platform platform) {
    return new ImageConfig(platform.toJson());
  }

  /** The machine that the image is for. */
  public Platform platform() throws MalformedJsonException {
    return Platform.fromJson(json);
  }

  /** When the image was built; the epoch where the config doesn't say. */
  public Instant created() throws MalformedJsonException {
    String text = json.optionalString("created").orElse("");
    try {
      return text.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw json.malformed("expected an RFC 3339 date in \"created\", got \"" + text + "\"");
    }
  }

  /** The labels, in their order. */
  public Map<String, String> labels() throws MalformedJsonException {
    return json.optionalObject("config").orElse(JsonObject.EMPTY).stringMap("Labels");
  }

  /** The digests of the layers' uncompressed tars, lowest first. */
  public List<Digest> diffIds() throws MalformedJsonException {
    List<Digest> diffIds = new ArrayList<>();
    JsonObject rootfs = json.optionalObject("rootfs").orElse(JsonObject.EMPTY);
    for (String text : rootfs.strings("diff_ids")) {
      diffIds.add(Digest.parse(text, rootfs));
    }
    return diffIds;
  }

  /** What was done to make the image, oldest first. */
  public List<JsonObject> history() throws MalformedJsonException {
    return json.objects("history");
  }

  /** A copy with these labels in place of its own. */
  public ImageConfig withLabels(Map<String, String> labels) throws MalformedJsonException {
    JsonObject run = json.optionalObject("config").orElse(JsonObject.EMPTY);
    return new ImageConfig(json.with("config", run.with("Labels", labels)));
  }

  /** A copy with these layers, and a history that has one entry for each that is not empty. */
  public ImageConfig withLayers(List<Digest> diffIds, List<JsonObject> history) {
    JsonObject rootfs =
        JsonObject.EMPTY
            .with("type", "layers")
            .with("diff_ids", diffIds.stream().map(Digest::toString).toList());
    return new ImageConfig(json.with("rootfs", rootfs).with("history", history));
  }

  /** The config as compact JSON. */
  public byte[] toBytes() {
    return json.toBytes();
  }
}
