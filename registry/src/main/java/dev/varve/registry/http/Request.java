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
 * @param attempt the number of the attempt, from 1, of a request that is not repeatable but part of
 *     work that is: traces have it
 */
public record Request(
    String activity,
    String method,
    URI uri,
    Map<String, String> headers,
    Optional<Body> body,
    Authorizer authorizer,
    boolean repeatable,
    int attempt) {

  /** Freezes the headers. */
  public Request {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** A repeatable request without headers, body or authorization. */
  public Request(String activity, String method, URI uri) {
    this(activity, method, uri, Map.of(), Optional.empty(), Authorizer.ANONYMOUS, true, 1);
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
    return new Request(activity, method, uri, more, body, authorizer, repeatable, attempt);
  }

  /** A copy that carries this. */
  public Request with(Body carried) {
    return new Request(
        activity, method, uri, headers, Optional.of(carried), authorizer, repeatable, attempt);
  }

  /** A copy with another authorizer. */
  public Request with(Authorizer asking) {
    return new Request(activity, method, uri, headers, body, asking, repeatable, attempt);
  }

  /** A copy that is sent once: the caller handles its failures. */
  public Request once() {
    return new Request(activity, method, uri, headers, body, authorizer, false, attempt);
  }

  /** A copy that is sent once, in the attempt that is under way. */
  public Request once(Attempts attempts) {
    return new Request(activity, method, uri, headers, body, authorizer, false, attempts.number());
  }
}
