package dev.varve.registry.http;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request.
 *
 * @param activity what it is for, as a gerund with its object: "listing the tags of host/name";
 *     every message about it begins with this
 * @param method GET, HEAD, POST, PUT, PATCH or DELETE
 * @param uri sent verbatim
 * @param headers sent in their order, besides those that every request has
 * @param body what it carries
 * @param authorizer who is asking
 * @param repeatable whether it may be sent again after it failed half-way
 */
public record Request(
    String activity,
    String method,
    URI uri,
    Map<String, String> headers,
    Optional<Body> body,
    Authorizer authorizer,
    boolean repeatable) {

  /** Freezes the headers. */
  public Request {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** A repeatable request without headers, body or authorization. */
  public Request(String activity, String method, URI uri) {
    this(activity, method, uri, Map.of(), Optional.empty(), Authorizer.ANONYMOUS, true);
  }

  /** What it is for: headers and addresses hold secrets. */
  @Override
  public String toString() {
    return activity + " (" + method + ")";
  }

  /** A copy with one more header. */
  public Request with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Request(activity, method, uri, more, body, authorizer, repeatable);
  }

  /** A copy that carries this. */
  public Request with(Body carried) {
    return new Request(
        activity, method, uri, headers, Optional.of(carried), authorizer, repeatable);
  }

  /** A copy that this one speaks for. */
  public Request with(Authorizer asking) {
    return new Request(activity, method, uri, headers, body, asking, repeatable);
  }

  /** A copy that is sent once: whoever sends it knows better what to do when it fails. */
  public Request once() {
    return new Request(activity, method, uri, headers, body, authorizer, false);
  }
}
