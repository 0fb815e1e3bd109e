package dev.varve.registry.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The error response of a registry.
 *
 * @param status the HTTP status
 * @param codes the error codes, such as {@code NAME_UNKNOWN}; none if the body does not conform to
 *     the specification
 * @param text the whole text, in one line
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">OCI
 *     distribution: error codes</a>
 */
public record Refusal(int status, List<String> codes, String text) {
  /**
   * The most bytes of the body that are read: a longer body is a page, whose beginning is enough.
   */
  private static final int MOST_BYTES = 64 << 10;

  private static final int MOST_CHARACTERS = 300;
  private static final int MOST_SEARCHED = 4 << 10;

  /** Reads the body of a response. */
  public static Refusal read(Response response) throws IOException {
    String body = new String(response.body().readNBytes(MOST_BYTES), UTF_8);
    List<String> codes = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    try {
      JsonObject json = JsonObject.parse(body.getBytes(UTF_8), "error");
      List<JsonObject> errors = json.has("errors") ? json.objects("errors") : List.of(json);
      for (JsonObject error : errors) {
        String code = text(error, "code");
        String message = (code + " " + text(error, "message")).strip();
        String detail = detail(error);
        boolean hasDetail = !detail.isEmpty() && !message.contains(detail);
        if (!message.isEmpty() || hasDetail) {
          codes.add(code.isEmpty() ? "UNKNOWN" : code);
          texts.add(hasDetail ? (message + " (" + detail + ")").strip() : message);
        }
      }
    } catch (MalformedJsonException e) {
      texts.clear();
    }
    String text = texts.isEmpty() ? body.replaceAll("<[^<>]*>", " ") : String.join(", ", texts);
    text = text.replaceAll("\\s+", " ").strip();
    // The search for credentials takes long in a long text.
    text = Words.withoutCredentials(text.substring(0, Math.min(text.length(), MOST_SEARCHED)));
    boolean isLong = text.length() > MOST_CHARACTERS;
    return new Refusal(
        response.status(),
        List.copyOf(codes),
        isLong ? text.substring(0, MOST_CHARACTERS) + "…" : text);
  }

  private static String text(JsonObject error, String name) {
    try {
      return error.optionalString(name).orElse("");
    } catch (MalformedJsonException e) {
      return "";
    }
  }

  /**
   * Returns the cause, which distribution and other registries give as text or in the fields of an
   * object.
   */
  private static String detail(JsonObject error) {
    for (String name : List.of("detail", "description")) {
      String text = text(error, name);
      if (!text.isEmpty()) {
        return text;
      }
      try {
        Optional<JsonObject> fields = error.optionalObject(name);
        if (fields.isPresent() && !fields.get().names().isEmpty()) {
          return new String(fields.get().toBytes(), UTF_8)
              .replaceAll("[{}\"]", "")
              .replace(",", ", ");
        }
      } catch (MalformedJsonException e) {
        // Neither text nor an object: no cause.
      }
    }
    return "";
  }

  /**
   * Reads the body of a response, and returns the exception for it.
   *
   * @param login describes for a status which login was used
   */
  public static RegistryException of(String activity, Response response, IntFunction<String> login)
      throws IOException {
    return read(response).exception(activity, login);
  }

  /** Whether the response has an error code. */
  public boolean hasCode(String code) {
    return codes.contains(code);
  }

  RegistryException exception(String activity, IntFunction<String> login) {
    String message = activity + ": " + reason();
    return switch (status) {
      case 401, 403 ->
          new RegistryException(Kind.NOT_AUTHORIZED, status, message + "; " + login.apply(status));
      case 404 -> new RegistryException(Kind.NOT_FOUND, status, message);
      default -> new RegistryException(Kind.REFUSED, status, message);
    };
  }

  private String reason() {
    String meaning =
        switch (status) {
          case 401 -> "not authorized";
          case 403 -> "forbidden";
          case 404 -> "not found";
          case 405 -> "the registry does not support this";
          case 413 -> "too large for the registry";
          default -> "the registry refused";
        };
    boolean hasText = !text.isEmpty() && !text.toLowerCase(Locale.ROOT).equals(meaning);
    return meaning + " (" + status + (hasText ? ": " + text : "") + ")";
  }
}
