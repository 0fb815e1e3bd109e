package dev.varve.registry.fake;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request that the registry received.
 *
 * @param method the method
 * @param path the path, with its escapes as received
 * @param query the query, with its escapes as received; empty if the request has none
 * @param headers the headers, whose names match in any case
 * @param bodyLength the number of bytes of the body that were read
 * @param status the status of the response; 0 without a response, or before it
 */
public record RecordedRequest(
    String method,
    String path,
    String query,
    Map<String, String> headers,
    long bodyLength,
    int status) {

  /** Copies the headers into an unmodifiable map. */
  public RecordedRequest {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    headers = Collections.unmodifiableMap(copy);
  }

  /** Returns whether the request has a login or a token. */
  public boolean authorized() {
    return headers.containsKey("Authorization");
  }

  /** Returns the method and path: {@code GET /v2/}. */
  public String line() {
    return method + " " + path;
  }

  /** Returns the method, path, query and status, for messages of failed tests. */
  @Override
  public String toString() {
    return line() + (query.isEmpty() ? "" : "?" + query) + " " + status;
  }
}
