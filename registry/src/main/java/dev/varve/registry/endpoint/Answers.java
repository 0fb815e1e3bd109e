package dev.varve.registry.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Response;
import java.util.Locale;

/** Reads JSON from a response, or describes what the response holds instead. */
public final class Answers {
  private Answers() {}

  /**
   * Reads a JSON object.
   *
   * @param bytes the body of the response
   * @param activity as in {@link dev.varve.registry.http.Request}
   * @param what the object is, for messages about its fields
   * @throws RegistryException if the body is not a JSON object, such as the page of a login portal
   *     or a proxy
   */
  public static JsonObject json(Response response, byte[] bytes, String activity, String what)
      throws RegistryException {
    try {
      return JsonObject.parse(bytes, what);
    } catch (MalformedJsonException e) {
      String type = response.header("Content-Type").orElse("").strip();
      throw new RegistryException(
          Kind.REFUSED,
          response.status(),
          "%s: expected JSON from %s, got %s (%s)"
              .formatted(
                  activity,
                  response.uri().getRawAuthority(),
                  kind(bytes),
                  type.isEmpty() ? "without a content type" : "content type " + type));
    }
  }

  private static String kind(byte[] bytes) {
    if (bytes.length == 0) {
      return "nothing";
    }
    if (bytes.length > 1 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b) {
      return "gzip, which was not requested";
    }
    String start = new String(bytes, 0, Math.min(bytes.length, 200), UTF_8).strip();
    String lower = start.toLowerCase(Locale.ROOT);
    if (lower.startsWith("<!doctype") || lower.startsWith("<html")) {
      return "an HTML page, perhaps of a proxy or a login portal";
    }
    return bytes.length + " bytes of another kind";
  }
}
