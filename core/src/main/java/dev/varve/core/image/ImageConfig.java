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
 * An image's config: runtime settings, labels, the layers' diffIDs and history. Unknown fields are
 * preserved.
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

  /** Returns a config with only a platform. */
  public static ImageConfig forPlatform(Platform platform) {
    return new ImageConfig(platform.toJson());
  }

  /** The platform of the image. */
  public Platform platform() throws MalformedJsonException {
    return Platform.fromJson(json);
  }

  /** The time of the image's build; the epoch if missing. */
  public Instant created() throws MalformedJsonException {
    String text = json.optionalString("created").orElse("");
    try {
      // RFC 3339 has years of four digits; Java's parser accepts longer ones with a sign.
      if (text.isEmpty() || Character.isDigit(text.charAt(0))) {
        return text.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
      }
    } catch (DateTimeException e) {
      // Reported below.
    }
    throw json.malformed("expected an RFC 3339 date in \"created\", got \"" + text + "\"");
  }

  /** The labels, in order. */
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

  /** The steps of the image's build, oldest first. */
  public List<JsonObject> history() throws MalformedJsonException {
    return json.objects("history");
  }

  /** Returns a copy with other labels. */
  public ImageConfig withLabels(Map<String, String> labels) throws MalformedJsonException {
    JsonObject run = json.optionalObject("config").orElse(JsonObject.EMPTY);
    return new ImageConfig(json.with("config", run.with("Labels", labels)));
  }

  /** Returns a copy with other layers, and a history with one non-empty entry for each. */
  public ImageConfig withLayers(List<Digest> diffIds, List<JsonObject> history) {
    JsonObject rootfs =
        JsonObject.EMPTY
            .with("type", "layers")
            .with("diff_ids", diffIds.stream().map(Digest::toString).toList());
    return new ImageConfig(json.with("rootfs", rootfs).with("history", history));
  }

  /** Returns the config as compact JSON. */
  public byte[] toBytes() {
    return json.toBytes();
  }
}
