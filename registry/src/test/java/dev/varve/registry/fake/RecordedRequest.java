package dev.varve.registry.fake;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request that came in.
 *
 * @param method its method
 * @param path its path, with the escapes it came with
 * @param query its query, with the escapes it came with; empty if there was none
 * @param headers its headers, found in any case
 * @param bodyLength the bytes of its body that were read
 * @param status the status it was answered with; 0 if there is no answer, or not yet
 */
public record RecordedRequest(
    String method,
    String path,
    String query,
    Map<String, String> headers,
    long bodyLength,
    int status) {

  /** Freezes the headers. */
  public RecordedRequest {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    headers = Collections.unmodifiableMap(copy);
  }

  /** Whether it had a login or a token with it. */
  public boolean authorized() {
    return headers.containsKey("Authorization");
  }

  /** Its method and path: {@code GET /v2/}. */
  public String line() {
    return method + " " + path;
  }

  /** Its method, path, query and status, for messages of failed tests. */
  @Override
  public String toString() {
    return line() + (query.isEmpty() ? "" : "?" + query) + " " + status;
  }
}
